"""The column that holds an answer's place in its thread."""

from django.db import models

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
STEP = 7  # base-36 digits per level: 78 thousand million answers
DEEPEST = 4  # replies below this level hang beside their parent


class PathField(models.CharField):
    """A materialised path; PostgreSQL must compare it byte by byte, as SQLite does."""

    def db_parameters(self, connection) -> dict:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def path_step(pk: int) -> str:
    """The answer's own part of its path: its pk in fixed-width base 36."""
    digits = ""
    for _ in range(STEP):
        pk, digit = divmod(pk, 36)
        digits = DIGITS[digit] + digits
    if pk:
        raise OverflowError("No room left in an answer's path.")
    return digits
