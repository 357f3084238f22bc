"""The WSGI application that gunicorn serves."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils.module_loading import import_string

from config.requests import Utf8Request
from forum.durability import require_durability

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

gc.disable()  # what is loaded here stays: to look through it for garbage took a twelfth of the start
application = get_wsgi_application()
application.request_class = Utf8Request
require_durability()
reverse("home")  # loads every address with its view, before the first reader and for all workers at once
import_string(settings.MESSAGE_STORAGE)  # else the first request would
gc.freeze()  # nor is it looked through later, which would also take it out of the memory that workers share
gc.enable()
