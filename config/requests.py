"""A request as Django makes it, but for what an outsider could break before any middleware is asked."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """Read in UTF-8, whatever its Content-Type names; `Utf8Middleware` refuses what names another encoding.

    Django reads the query string already there, in the encoding that is named: `charset=hex`, or a name that it
    cannot make out, or too many parameters beside `charset=utf-8`, would be an error of the server.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {}
