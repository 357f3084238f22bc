"""The same requests within this process, to count the queries that they make."""

import io
import sys
from collections.abc import Callable
from functools import cache

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def queries_of(sent: bytes, before: Callable[[], None] | None = None) -> int:
    """How many queries the forum makes for this request, the second time that it is asked it."""
    if before is None:
        _answer(sent)
    else:
        before()
    with CaptureQueriesContext(connection) as captured:
        _answer(sent)
    return sum(not query["sql"].startswith(TRANSACTION) for query in captured)


@cache
def _forum() -> WSGIHandler:
    return WSGIHandler()


def _answer(sent: bytes) -> None:
    head, _, body = sent.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, address, _ = first.split(" ")
    path, _, query = address.partition("?")
    environment = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    for line in lines:
        name, _, value = line.partition(": ")
        name = name.upper().replace("-", "_")
        environment[name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"] = value
    response = _forum()(environment, lambda status, headers, error=None: None)
    b"".join(response)
    response.close()
