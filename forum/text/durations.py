"""Spans of time as people say them, in French."""

from datetime import timedelta


def spoken(span: timedelta) -> str:
    """« moins d’une minute », « environ 12 minutes », « environ 3 heures », « environ 2 jours »."""
    minutes = span.total_seconds() / 60
    if minutes < 1:
        return "moins d’une minute"
    for size, name in ((60 * 24, "jour"), (60, "heure"), (1, "minute")):
        count = round(minutes / size)
        if minutes >= 1.5 * size or size == 1:
            return f"environ {count} {name}{'s' if count > 1 else ''}"
    raise AssertionError("every span is at least a minute here")
