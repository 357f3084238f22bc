"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from forum.durability import require_durability

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
require_durability()
