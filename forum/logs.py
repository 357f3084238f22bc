"""The log of a real site: one JSON object a line, which names the request and tells nothing that was sent.

A log is read by more people than the database, and kept for longer. So no line holds a text, an address of
mail, a host or a query string that somebody sent, or the words of an exception: a database puts values into
them. Of a library's message the words are kept, and of what it fills in, only numbers.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from traceback import walk_tb

request_id: ContextVar[str] = ContextVar("request_id", default="")

ROOT = f"{Path(__file__).resolve().parent.parent}/"
OURS = ("forum", "config")  # their messages are written with this in mind
PLAIN_PATH = re.compile(r"[\w/-]{1,200}", re.ASCII)
OMITTED = "…"


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            "request_id": _request_id(record),
        }
        if hasattr(record, "status_code"):
            line |= {"status": record.status_code}
        if _is_about_request(record):
            line |= {"request": _asked(record.request)}
        if record.exc_info and record.exc_info[1]:
            line |= _exception(record.exc_info[1], _is_refusal(record))
        return json.dumps(line)


def _is_about_request(record: logging.LogRecord) -> bool:
    """Django gives some records their request; its development server gives a socket by that name."""
    return hasattr(getattr(record, "request", None), "resolver_match")


def _is_refusal(record: logging.LogRecord) -> bool:
    return 400 <= getattr(record, "status_code", 500) < 500


def _request_id(record: logging.LogRecord) -> str:
    """Django logs an answer after the last middleware is left: the request still knows."""
    return getattr(getattr(record, "request", None), "id", None) or request_id.get()


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    if record.name == "django.security.csrf" and record.args:
        return f"Forbidden: {str(record.args[0]).partition(' - ')[0]}"  # then comes what was sent
    if _is_about_request(record):
        return HTTPStatus(getattr(record, "status_code", None) or 500).phrase
    if record.name.startswith("django.security"):
        return "Refused"
    return _with_numbers_alone(record)


def _with_numbers_alone(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return type(record.msg).__name__  # an exception, logged as if it were words
    args = record.args
    try:
        if isinstance(args, dict):
            return record.msg % {name: _number(value) for name, value in args.items()}
        return record.msg % tuple(map(_number, args)) if args else record.msg
    except (TypeError, ValueError, KeyError):
        return record.msg


def _number(value: object) -> object:
    return value if isinstance(value, int | float) else OMITTED


def _asked(request) -> str:
    """The method and the path, or the pattern where the path might hold anything; never the query string."""
    method = request.method if request.method in _METHODS else OMITTED
    if request.resolver_match is None:
        return f"{method} an unresolved address"
    return f"{method} {request.path if PLAIN_PATH.fullmatch(request.path) else request.resolver_match.route}"


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def _exception(error: BaseException, is_refusal: bool) -> dict:
    """What happened, and where. Whoever sends nonsense is refused by an exception too: that one has no place."""
    classes = [f"{type(each).__module__}.{type(each).__qualname__}" for each in _causes(error)]
    if is_refusal:
        return {"exception": classes[0]}
    frames = [
        f"{_place(frame.f_code.co_filename)}:{line}:{frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    return {"exception": " from ".join(classes), "frames": frames}


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _place(file: str) -> str:
    return file.removeprefix(ROOT).rpartition("site-packages/")[2]
