"""A request as Django makes it, but for what an outsider could break before any middleware is asked."""

from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
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


class NoFiles(FileUploadHandler):
    """No form of the site takes a file: one that comes is passed over, and no body is larger than a form's may be.

    Django would write what any stranger sends into a temporary file, of any size; and where the rest of the body
    cannot be read, that file stays open until the garbage collector happens to find it.
    """

    def handle_raw_input(self, input_data, META, content_length: int, boundary: bytes, encoding=None) -> None:  # noqa: N803
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.")

    def new_file(self, *args, **kwargs) -> NoReturn:
        raise SkipFile
