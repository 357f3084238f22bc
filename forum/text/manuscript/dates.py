"""Dates as newsrooms write them, read as exactly as they are given: a day, a month or a year."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january jan",
            "février fevrier févr fevr february feb",
            "mars march mar",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "août aout august aug",
            "septembre sept september sep",
            "octobre oct october",
            "novembre nov november",
            "décembre decembre déc dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_WEEKDAY = (
    r"(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)\.?)"
)
_TIME = r"(?:[01]?\d|2[0-3])\s?(?:h|:)\s?(?:[0-5]\d)?(?::[0-5]\d)?(?:\s?[ap]\.?m\.?)?"
_CLOCK = rf"(?:\s?[,–—-]?\s?(?:à|at)?\s?{_TIME})?"
_DATE = rf"""
    (?:{_WEEKDAY},?\s)?
    (?:
        (?P<iso_y>\d{{4}})(?P<iso_sep>[-/.])(?P<iso_m>\d{{1,2}})(?:(?P=iso_sep)(?P<iso_d>\d{{1,2}}))?
            (?:[T\s]\d{{2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?\s?(?:Z|[+-]\d{{2}}:?\d{{2}})?)?
      | (?P<num_d>\d{{1,2}})(?P<num_sep>[-/.])(?P<num_m>\d{{1,2}})(?P=num_sep)(?P<num_y>\d{{4}}|\d{{2}})
      | (?P<my_m>\d{{1,2}})/(?P<my_y>\d{{4}})
      | (?P<dmy_d>\d{{1,2}})(?:er|st|nd|rd|th)?\s(?:of\s)?(?P<dmy_m>{_MONTH}),?\s(?P<dmy_y>\d{{4}})
      | (?P<mdy_m>{_MONTH})\s(?P<mdy_d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<mdy_y>\d{{4}})
      | (?P<mon_m>{_MONTH})\s(?P<mon_y>\d{{4}})
    )
    (?![\w/])
"""
_LABEL = (
    r"(?:(?:article\s)?(?:dat[ée]e?s?|publi(?:é|e)e?|publication|paru(?:e|tion)?|post(?:é|e)e?|mis(?:e)?\sen\sligne"
    r"|mis(?:e)?\sà\sjour|modifi(?:é|e)e?|(?:last\s)?updated|published|posted|released|écrite?|written)"
    r"(?:\s(?:de|of)\s(?:publication|parution))?\s?:?\s?(?:(?:le|en|on|in|du|the)\s)?:?\s?)"
)
_LONGEST = 120  # characters of a line that says nothing but a date
_FIND = re.compile(_DATE, re.VERBOSE | re.IGNORECASE)
_YEAR = re.compile(r"(?:1[6-9]|20|21)\d\d")
_LEADING_LABEL = re.compile(rf"\W{{0,4}}{_LABEL}", re.IGNORECASE)
_AFTER_CLOCK = re.compile(_CLOCK, re.IGNORECASE)
_TALK = re.compile(
    rf"{_LABEL}|{_TIME}|\b(?:{_WEEKDAY}|le|à|at|on|et|and|en|the|date|gmt|utc|cet|cest)\b|[\s,;:|·•–—/()*_.-]+",
    re.IGNORECASE,
)


def find_date(text: str) -> tuple[str, int, int] | None:
    """The first date in the text: "2021-02-16", "2021-02" or "2021", and where it stands.

    Day comes before month, as in Europe, unless only the other order makes a date.
    """
    for match in _FIND.finditer(text):
        if (found := _as_iso(match)) and not _inside_number(text, match.start()):
            return found, match.start(), match.end()
    return None


def parse_date(text: str) -> str:
    """The date that the text consists of, with or without a label; empty if it is none."""
    if len(text) > _LONGEST:
        return ""
    text = " ".join(text.split())
    if match := re.fullmatch(rf"{_LABEL}?({_YEAR.pattern})", text, re.IGNORECASE):
        return match.group(1)
    found = find_date(text)
    if found and not _TALK.sub("", _FIND.sub("", text)):
        return found[0]
    return ""


def leading_date(text: str) -> tuple[str, int] | None:
    """A date that stands before a text on its first line, and where the text itself begins.

    A date that begins a sentence ("16 février 2021 : le conseil …" apart) is part of the text.
    """
    label = _LEADING_LABEL.match(text)
    start = label.end() if label else 0
    found = find_date(text[start : start + 60])
    if found and not text[start : start + found[1]].strip("( [").strip():
        end = start + found[2]
        end += _AFTER_CLOCK.match(text, end).end() - end
        dated = found[0]
    elif label and (year := _YEAR.match(text, start)) and not re.match(r"[-/.]?\w", text[year.end() :]):
        end, dated = year.end(), year.group()
    else:
        return None
    after = re.compile(r"[)\].]?\s*[:;|·–—-]*\s*").match(text, end)
    rest = text[after.end() :]
    if rest and not (rest[0].isupper() or rest[0] in '«“"#*_' or (label and after.group().strip())):
        return None
    return dated, after.end()


def dateline(text: str) -> str:
    """The date of an agency's dateline ("Lorient, le 16 février 2021 – …"); the words stay in the text."""
    match = re.match(r"\W{0,3}[A-ZÀ-Þ][^\W\d]+(?:[ -][^\W\d]+){0,3}(?: \([^)]{1,30}\))?,? (?:le )?(?=\w)", text)
    if not match:
        return ""
    found = find_date(text[match.end() : match.end() + 60])
    if not found or found[1]:
        return ""
    rest = text[match.end() + found[2] :]
    return found[0] if re.match(r"\s*(?:\([^)]{1,20}\)\s*)?[–—-]", rest) else ""


def _as_iso(match: re.Match) -> str:
    found = {name: value for name, value in match.groupdict().items() if value and not name.endswith("_sep")}
    parts = {name.rpartition("_")[2]: value for name, value in found.items()}
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    month = _MONTHS.get(parts["m"].rstrip(".").lower()) or int(parts["m"])
    day = int(parts["d"]) if "d" in parts else None
    if "num_d" in found and month > 12:
        month, day = day, month
    if not 1600 <= year < 2200:
        return ""
    try:
        date(year, month, day or 1)
    except ValueError:
        return ""
    return f"{year:04}-{month:02}" + (f"-{day:02}" if day else "")


def _inside_number(text: str, start: int) -> bool:
    return start > 0 and (text[start - 1].isalnum() or text[start - 1] in "-/.")
