"""The page of a question but for its answers and its reader: printed once for all who see the same, and kept."""

from typing import NamedTuple

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from forum.context_processors import come_back
from forum.forms.answers import AnswerForm
from forum.models import ModerationMode, Question
from forum.models.asked import Asked
from forum.text.render import opening, render_article
from forum.text.times import day_and_hour

from .articles import OPENING
from .blanks import Sheet, blank
from .boxes import Box
from .kept import Kept
from .threads import ThreadPage

SHEETS = Kept(256)  # of some 8 KB
LONG_QUESTION = 140  # characters: above, the question is set in a smaller size
MODE_WORDS = {
    ModerationMode.BEFORE: "Chaque réponse est relue avant de paraître.",
    ModerationMode.FIRST_ANSWERS: "Les premières réponses de chacun sont relues avant de paraître.",
    ModerationMode.AFTER: "Les réponses paraissent aussitôt. La modération intervient ensuite, sur signalement.",
    ModerationMode.CLOSED: "Personne ne peut plus répondre ici.",
}


class Reader(NamedTuple):
    """Who reads, as far as many are alike: name and number are blanks."""

    is_authenticated: bool
    is_moderator: bool
    is_editor: bool
    username: str = blank("name")
    pk: str = blank("member")


class PrintedQuestion(NamedTuple):
    pk: int
    text: str
    is_long: bool
    is_open: bool
    has_answers: bool
    slug: str  # of its article
    article_title: str
    language: str
    lead: str
    beginning: str  # of an article without a lead
    opening: str
    mode_words: str


class Place(NamedTuple):
    """What the box at the end of the thread is for this reader."""

    is_box: bool = False
    why_closed: str = ""
    next_step: str = ""
    is_text_kept: bool = False


class Surroundings(NamedTuple):
    """What stands around any page."""

    site_name: str
    site_url: str
    contact_email: str
    read_only: bool
    user: Reader
    unread_notifications: int
    come_back: str = blank("comeback")
    messages: str = blank("messages")


class Facts(NamedTuple):
    """All that the template is told: two pages of the same facts are the same page, but for their blanks."""

    around: Surroundings
    question: PrintedQuestion
    sorts: tuple[tuple[str, str, bool], ...]
    has_rows: bool
    has_earlier: bool
    has_later: bool
    place: Place


class BlankForm(AnswerForm):
    def sent_key(self) -> str:
        return blank("key")


def sheet(user, asked: Asked, page: ThreadPage, place: Place) -> Sheet:
    """With blanks for: rows, count, earlier, later, messages, comeback, name, member, csrf, key, text."""
    facts = Facts(
        surroundings(user, asked.unread),
        _printed(asked),
        page.sorts,
        bool(page.rows),
        bool(page.earlier),
        bool(page.later),
        place,
    )
    return SHEETS.get(facts, lambda: _print(facts))


def _print(facts: Facts) -> Sheet:
    box = Box(facts.question, None, BlankForm(initial={"text": blank("text")})) if facts.place.is_box else None
    blanks = {name: blank(name) for name in ("rows", "count", "earlier", "later")}
    context = {
        **facts.around._asdict(),
        **facts._asdict(),
        **facts.place._asdict(),
        **blanks,
        "csrf_token": blank("csrf"),
        "box": box,
        "form": box and box.form,
        "mode_words": facts.question.mode_words,
        "url": reverse("question", args=[facts.question.pk]),
        "article_url": reverse("article", args=[facts.question.slug]),
        "lead": render_article(facts.question.lead or opening(facts.question.beginning, OPENING)),
    }
    return Sheet(render_to_string("forum/questions/page.html", context))


def surroundings(user, unread: int) -> Surroundings:
    """With blanks for: name, member, comeback, messages."""
    is_member = user.is_authenticated
    return Surroundings(
        settings.SITE_NAME,
        settings.SITE_URL,
        settings.CONTACT_EMAIL,
        settings.READ_ONLY,
        Reader(is_member, is_member and user.is_moderator, is_member and user.is_editor),
        unread,
    )


def fill_surroundings(request: HttpRequest) -> dict[str, str]:
    said = get_messages(request)
    return {
        "name": request.user.username,
        "member": str(request.user.pk),
        "comeback": come_back(request),
        "messages": render_to_string("_messages.html", {"messages": said}) if len(said) else "",
    }


def _printed(asked: Asked) -> PrintedQuestion:
    question, article = asked.question, asked.question.article
    return PrintedQuestion(
        pk=question.pk,
        text=question.text,
        is_long=len(question.text) > LONG_QUESTION,
        is_open=question.is_open,
        has_answers=question.published_count > 0,
        slug=article.slug,
        article_title=article.title,
        language=article.language,
        lead=article.lead,
        beginning="" if article.lead else asked.beginning,
        opening=_opening(question),
        mode_words=MODE_WORDS[question.mode],
    )


def _opening(question: Question) -> str:
    """Whether one may answer, and until when."""
    now = timezone.now()
    if question.mode == ModerationMode.CLOSED:
        return "Fermée"
    if question.opens_at and question.opens_at > now:
        return f"Ouvre le {day_and_hour(question.opens_at, now)}"
    if question.closes_at and question.closes_at <= now:
        return f"Fermée depuis le {day_and_hour(question.closes_at, now)}"
    if question.closes_at:
        return f"Ouverte jusqu’au {day_and_hour(question.closes_at, now)}"
    return "Ouverte"
