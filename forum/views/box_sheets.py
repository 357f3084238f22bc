"""The page of an empty box, under a question or an answer: printed once for all who see the same, and kept."""

import secrets
import uuid
from typing import NamedTuple

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token
from django.template.loader import render_to_string

from forum.models import Answer, Question
from forum.models.asked import Asked
from forum.permissions import may_answer

from .blanks import Sheet, blank
from .boxes import Box, what_happens_next
from .kept import Kept
from .sheets import BlankForm, Surroundings, fill_surroundings, surroundings

LETTERS = CSRF_SECRET_LENGTH  # of a mask: as many bytes of chance are two more for each than it takes
BOX_SHEETS = Kept(128)  # of some 4 KB


class PrintedParent(NamedTuple):
    """The answer that is replied to: of each, the page is the same."""

    author: str = blank("author")


class PrintedBox(NamedTuple):
    reply_to: PrintedParent | None
    parent: str = blank("parent")  # what it says
    action: str = blank("action")
    name: str = blank("box")
    preview: str = ""


class BoxFacts(NamedTuple):
    """As `sheets.Facts`."""

    around: Surroundings
    question: tuple[int, str]
    box: PrintedBox
    may_log_in: bool
    may_send: bool
    next_step: str
    has_text: bool
    is_fragment: bool  # for htmx, which puts it into the page

    @property
    def has_form(self) -> bool:
        return self.may_send or self.has_text or self.is_fragment


def box_page(request: HttpRequest, asked: Asked, reply_to: Answer | None) -> bytes:
    question, user = asked.question, request.user
    box = Box(question, reply_to)
    text = box.kept_text(request, asked.draft)
    facts = BoxFacts(
        around=surroundings(user, asked.unread),
        question=(question.pk, question.text),
        box=PrintedBox(PrintedParent() if reply_to else None),
        may_log_in=user.is_anonymous and question.is_open,
        may_send=question.is_open and (user.is_anonymous or may_answer(user, question)),
        next_step=what_happens_next(user, question, published=asked.published),
        has_text=bool(text),
        is_fragment=bool(request.htmx),
    )
    blanks = {"action": box.action, "box": box.name}
    if reply_to:
        blanks |= {"author": reply_to.author.username, "parent": box.parent}
    if facts.has_form:
        blanks |= fill_box(request, text)
    if not facts.is_fragment:
        blanks |= fill_surroundings(request)
    return BOX_SHEETS.get(facts, lambda: _print(facts)).filled(**blanks)


def fill_box(request: HttpRequest, text: str) -> dict[str, str]:
    """A token is made for a page that shows it, and for no other: it comes with a cookie."""
    return {"csrf": masked_token(request), "key": str(uuid.uuid4()), "text": text}


def masked_token(request: HttpRequest) -> str:
    """As `get_token`, for which Django asks the system for a mask letter by letter, 32 times.

    Each time all other threads may go first: with eight readers at once that was a third of the page of a member.
    """
    if "CSRF_COOKIE" not in request.META:
        return get_token(request)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    chance, letters = int.from_bytes(secrets.token_bytes(LETTERS)), len(CSRF_ALLOWED_CHARS)
    mask = cipher = ""
    for letter in request.META["CSRF_COOKIE"]:
        chance, shift = divmod(chance, letters)
        mask += CSRF_ALLOWED_CHARS[shift]
        cipher += CSRF_ALLOWED_CHARS[(CSRF_ALLOWED_CHARS.index(letter) + shift) % letters]
    return mask + cipher


def _print(facts: BoxFacts) -> Sheet:
    pk, text = facts.question
    context = {
        **facts.around._asdict(),
        **facts._asdict(),
        "question": Question(pk=pk, text=text),
        "form": BlankForm(initial={"text": blank("text") if facts.has_form else ""}),
        "csrf_token": blank("csrf"),
    }
    template = "forum/answers/_form.html" if facts.is_fragment else "forum/answers/empty.html"
    return Sheet(render_to_string(template, context))
