"""The worker that sends mails, as a service runs it: in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings as project
from django.db import connection

from forum.tests.smtp import MailServer

SECONDS = 30  # after which a worker has failed


@contextmanager
def worker(mail_server: MailServer, *arguments: str) -> Iterator[subprocess.Popen]:
    """`manage.py send_notifications` in a process of its own, on the tests' database; ended with the block."""
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "",  # a service does not have it
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "DEBUG": "1",
        "SITE_URL": "https://forum.example.org",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_server.port),
    }
    with subprocess.Popen(
        [sys.executable, "manage.py", "send_notifications", *arguments],
        cwd=project.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def database_url() -> str:
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    login = quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
    port = f":{at['PORT']}" if at["PORT"] else ""
    return f"postgresql://{login}@{quote(at['HOST'], safe='')}{port}/{quote(at['NAME'])}"
