"""A row of any model as a line of JSON, the same on every database, and back."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache, partial
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from .errors import BackupError

CHUNK = 1000  # rows in memory at once
Record = dict[str, object]


def line(record: Record) -> bytes:
    """Keys are sorted, since PostgreSQL forgets the order of those inside a JSON column."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_as_text)
    return text.encode() + b"\n"


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()  # to the microsecond, unlike Django's encoder
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"No way to write {type(value).__name__} is known: add one, and its test.")


def lines_of(model: type[models.Model], using: str) -> Iterator[bytes]:
    """All rows, by their key; a content type is written as the model that it stands for."""
    label = model._meta.label_lower
    columns = [field.attname for field in model._meta.concrete_fields]
    named = dict.fromkeys(_content_type_columns(model), _names_of_content_types(model, using))
    for row in model._base_manager.using(using).order_by("pk").values(*columns).iterator(CHUNK):
        row |= {column: names.get(row[column]) for column, names in named.items()}
        yield line({"model": label, "row": row})


def reader_of(model: type[models.Model], using: str) -> Callable[[Record], models.Model]:
    """A function from what stands in a line to an unsaved row. Raises BackupError for other columns."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    content_types = _content_type_columns(model)
    number_of = cache(partial(_content_type, model, using))

    def read(row: Record) -> models.Model:
        if row.keys() != fields.keys():
            raise BackupError(f"The columns of {model._meta.label_lower} are not those of its migrations.")
        row |= {column: number_of(row[column]) for column in content_types}
        try:
            return model(**{name: field.to_python(row[name]) for name, field in fields.items()})
        except ValidationError as error:
            raise BackupError(f"A row of {model._meta.label_lower} cannot be read: {error.messages[0]}") from None

    return read


def _content_type_columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if _is_content_type(field.related_model)]


def _is_content_type(model: type[models.Model] | None) -> bool:
    return model is not None and model._meta.label_lower == "contenttypes.contenttype"


def _content_types(model: type[models.Model], using: str) -> models.QuerySet:
    # From the model's own registry: while a backup is restored, that is the one of its migrations.
    return model._meta.apps.get_model("contenttypes", "ContentType")._base_manager.using(using)


def _names_of_content_types(model: type[models.Model], using: str) -> dict[int, str]:
    rows = _content_types(model, using).values_list("pk", "app_label", "model")
    return {pk: f"{app}.{name}" for pk, app, name in rows}


def _content_type(model: type[models.Model], using: str, name: str | None) -> int | None:
    """Made where it is missing: a database numbers them in an order of its own."""
    if name is None:
        return None
    app, _, model_name = name.partition(".")
    return _content_types(model, using).get_or_create(app_label=app, model=model_name)[0].pk


def in_batches(records: Iterable[Record]) -> Iterator[tuple[str, list[Record]]]:
    """Neighbours of one model, at most `CHUNK` at once."""
    label, batch = "", []
    for record in records:
        if batch and (record["model"] != label or len(batch) == CHUNK):
            yield label, batch
            batch = []
        label = record["model"]
        batch.append(record["row"])
    if batch:
        yield label, batch
