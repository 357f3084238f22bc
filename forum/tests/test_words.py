"""The words of the pages and mails: set as French is set, and one for each idea."""

import re
from pathlib import Path

from django.conf import settings

TEMPLATES = [file for folder in settings.TEMPLATES[0]["DIRS"] for file in Path(folder).rglob("*.*")]
CODE = [
    file
    for suffix in ("py", "js")
    for file in (settings.BASE_DIR / "forum").rglob(f"*.{suffix}")
    if "tests" not in file.parts
]
TAGS = r"\{% comment %\}.*?\{% endcomment %\}|\{[{%#].*?[}%#]\}|<[^>]*>"


def found(pattern: str, files: list[Path], without: str = r"\Z") -> dict[str, list[str]]:
    """What matches, by file; `without` is taken out of each first."""
    matches = {}
    for file in files:
        words = re.sub(without, "|", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        matches[str(file.relative_to(settings.BASE_DIR))] = re.findall(pattern, words)
    return {name: each for name, each in matches.items() if each}


def test_templates_have_narrow_spaces_and_real_apostrophes():
    assert not found(r".{0,20}(?:[ \u00a0][;:!?»]|«[ \u00a0]|[a-zé]'[a-zéèêà]).{0,20}", TEMPLATES, without=TAGS)


def test_sentences_in_code_have_narrow_spaces():
    assert not found(r".{0,20}(?:(?:\u00a0|\\u00a0)[;:!?»]|«(?:\u00a0|\\u00a0)).{0,20}", CODE)


def test_what_one_writes_in_has_one_name():
    """It is "le cadre" in every page, message and mail."""
    assert not found(r"\b[Bb]oîtes?\b(?! aux lettres)", TEMPLATES + CODE)
