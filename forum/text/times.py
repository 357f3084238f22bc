"""Dates as French people say them, in the site's time zone.

In Python and not by template filters: those are most of the time that a long thread takes.
"""

import re
from datetime import datetime, time, timedelta

from django.utils import timezone

DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
NBSP = "\u00a0"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def relative(moment: datetime, now: datetime | None = None) -> str:
    """As in "il y a 12 min", "hier à 18 h 04", "le 3 mars à 18 h 04", "le 3 mars 2021": the nearer, the finer."""
    now = timezone.localtime(now)
    local = timezone.localtime(moment)
    elapsed = now - local
    if elapsed < MINUTE:
        return f"le {day_and_hour(local, now)}" if elapsed <= -MINUTE else "à l’instant"
    if elapsed < HOUR:
        return f"il y a {elapsed.seconds // 60}{NBSP}min"
    days = (now.date() - local.date()).days
    if days == 0:
        return f"aujourd’hui à {_clock(local)}"
    if days == 1:
        return f"hier à {_clock(local)}"
    if days < 7:
        return f"{DAYS[local.weekday()]} à {_clock(local)}"
    if local.year == now.year:
        return f"le {_day(local)} à {_clock(local)}"
    return f"le {_day(local)} {local.year}"


def relative_until(moment: datetime, now: datetime, midnight: datetime) -> datetime:
    """Until when `relative` says of a moment what it says now; `midnight` is the next one."""
    elapsed = now - moment
    if elapsed >= HOUR:
        return midnight
    if elapsed <= -MINUTE:
        return min(moment - MINUTE, midnight)
    minutes = max(0, elapsed // MINUTE)
    return moment + (minutes + 1) * MINUTE


def next_midnight(now: datetime) -> datetime:
    """When the next day begins in the site's time zone."""
    local = timezone.localtime(now)
    tomorrow = (local + timedelta(days=1)).date()  # the clock on the wall: a day may have 23 or 25 hours
    return datetime.combine(tomorrow, time.min, tzinfo=local.tzinfo)


def day_and_hour(moment: datetime, now: datetime | None = None) -> str:
    """As in "3 mars à 18 h 04", with the year when it is another one: reads well after "le" and "jusqu’au"."""
    local = timezone.localtime(moment)
    year = "" if local.year == timezone.localtime(now).year else f" {local.year}"
    return f"{_day(local)}{year} à {_clock(local)}"


def exact(moment: datetime) -> str:
    """As in "3 mars 2021 à 18 h 04"."""
    local = timezone.localtime(moment)
    return f"{_day(local)} {local.year} à {_clock(local)}"


def partial(date: str) -> str:
    """A date as exact as it is known: "2021-02" is "février 2021". What is no date stays as it is."""
    match = PARTIAL_DATE.fullmatch(date)
    if not match:
        return date
    year, month, day = match.groups()
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return date
    words = f"{MONTHS[int(month) - 1]} {year}"
    return f"{_ordinal(int(day))}{NBSP}{words}" if day else words


def _clock(local: datetime) -> str:
    minutes = f"{NBSP}{local.minute:02}" if local.minute else ""
    return f"{local.hour}{NBSP}h{minutes}"


def _day(local: datetime) -> str:
    return f"{_ordinal(local.day)}{NBSP}{MONTHS[local.month - 1]}"


def _ordinal(day: int) -> str:
    return "1er" if day == 1 else str(day)
