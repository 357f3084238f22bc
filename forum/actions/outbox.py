"""Draining the notices' mails: each is claimed, checked once more, sent, and marked as done."""

import logging
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from forum.mail import MailRefused, send_mail
from forum.models import Answer, Decision, Member, Notification, Sanction
from forum.models.answers import State
from forum.text.clean import clean_line
from forum.text.render import plain

Kind = Notification.Kind
logger = logging.getLogger(__name__)

BATCH = 50
LEASE = timedelta(minutes=5)  # a worker that died gives its mail back after this time
FIRST_WAIT = timedelta(minutes=1)  # after a failure; doubled each time…
LONGEST_WAIT = timedelta(hours=6)  # …up to this, for as long as it takes
MOST_REFUSALS = 10  # tries, over eight and a half hours: a mail server may be wrong about a "never"


def send_due(go_on: Callable[[], bool] = lambda: True) -> tuple[int, int]:
    """Send the mails that are due, in the order they were written; returns how many went, and how many
    failed and will be tried again.

    `go_on` is asked before each: a worker that is told to stop finishes the mail in its hands and
    leaves the others, which it has not claimed, to the next one.

    Safe to run twice at once: each mail is claimed by a conditional UPDATE. A mail whose worker
    dies between sending and marking is sent again with the same Message-ID.
    """
    sent = failed = 0
    due = Notification.objects.to_send().order_by("pk").values_list("pk", "next_try_at")[:BATCH]
    for pk, as_seen in list(due):
        if not go_on():
            break
        if not _claim(pk, as_seen):
            continue
        notice = Notification.objects.select_related(
            "recipient", "answer__author", "answer__question", "answer__revision", "decision__reason", "sanction"
        ).get(pk=pk)
        try:
            went = _send(notice)
        except MailRefused as refusal:
            logger.warning("Notice %s was refused; try %s: %s", pk, notice.tries, refusal)
            if notice.tries < MOST_REFUSALS:
                failed += 1
                _put_back(notice)
            else:
                _close(notice, was_sent=False)
        except Exception:
            # Whatever went wrong with one mail must not keep the others from going.
            logger.exception("Notice %s could not be sent; try %s", pk, notice.tries)
            failed += 1
            _put_back(notice)
        else:
            sent += went
            _close(notice, was_sent=went)
    return sent, failed


def mails_are_due() -> bool:
    """Whether any mail waits for a worker at this moment."""
    return Notification.objects.to_send().exists()


def _claim(pk: int, as_seen) -> bool:
    free = Notification.objects.filter(pk=pk, next_try_at=as_seen, done_at=None)
    return bool(free.update(next_try_at=timezone.now() + LEASE, tries=F("tries") + 1))


def _put_back(notice: Notification) -> None:
    wait = min(FIRST_WAIT * 2 ** min(notice.tries - 1, 20), LONGEST_WAIT)
    Notification.objects.filter(pk=notice.pk).update(next_try_at=timezone.now() + wait)


def _close(notice: Notification, *, was_sent: bool) -> None:
    Notification.objects.filter(pk=notice.pk).update(done_at=timezone.now(), was_sent=was_sent)


def _send(notice: Notification) -> bool:
    """Send one notice if it still holds; False where there is nothing to say any more."""
    recipient = notice.recipient
    if not _may_hear(recipient, notice.sanction) or not _holds(notice):
        return False
    template, about = ABOUT[notice.kind](notice)
    context = {"recipient": recipient, "site_name": settings.SITE_NAME} | about
    subject, _, body = render_to_string(template, context).strip().partition("\n\n")
    send_mail(
        to=recipient.email, subject=clean_line(subject), body=f"{body.strip()}\n", message_id=_message_id(notice)
    )
    return True


def _may_hear(recipient: Member, sanction: Sanction | None) -> bool:
    """Whoever is banned hears of his ban, since he can read it nowhere else, and of nothing more."""
    is_ban = sanction is not None and sanction.kind == Sanction.Kind.BAN
    return bool(recipient.email) and not recipient.is_demonstration and (recipient.is_active or is_ban)


def _holds(notice: Notification) -> bool:
    """Whether it is still true, and about what its recipient may see.

    A measure or a decision that another has followed is history: the notice stays in the site,
    dated; the mail of the other says how things stand.
    """
    if notice.sanction is not None and not notice.sanction.is_last_word:
        return False
    if notice.decision is not None and notice.decision.is_overtaken:
        return False
    return Notification.objects.shown_to(notice.recipient).filter(pk=notice.pk).exists()


def _about_decision(notice: Notification) -> tuple[str, dict]:
    decision, answer = notice.decision, notice.answer
    about = {"decision": decision, "question": _question(answer), "way": _way(decision, answer)}
    return f"emails/decisions/{decision.verb}.txt", about


def _way(decision: Decision, answer: Answer) -> str:
    """The last line: what the author can do with the text as the decision left it, and where."""
    on_page = settings.SITE_URL + answer.get_absolute_url()
    among_his_own = f"{settings.SITE_URL}{reverse('my_answers')}#reponse-{answer.pk}"
    if decision.to_state == State.PUBLISHED:
        return f"La lire sur la page\u202f: {on_page}"
    if decision.to_state == State.RETURNED:
        return f"La corriger et la renvoyer\u202f: {among_his_own}"
    return f"La retrouver dans vos réponses\u202f: {among_his_own}"


def _about_reply(notice: Notification) -> tuple[str, dict]:
    answer = notice.answer
    return "emails/reply.txt", {
        "author": answer.author,
        "question": _question(answer),
        "excerpt": plain(answer.revision.text, 600),
        "answer_url": settings.SITE_URL + answer.get_absolute_url(),
    }


def _about_sanction(notice: Notification) -> tuple[str, dict]:
    return f"emails/sanctions/{notice.sanction.kind}.txt", {
        "sanction": notice.sanction,
        "rules_url": settings.SITE_URL + reverse("rules"),
        "contact_email": settings.CONTACT_EMAIL,
    }


def _question(answer: Answer) -> str:
    return plain(answer.question.text, 200)


# The template of a mail, and what it tells of.
ABOUT = {Kind.DECISION: _about_decision, Kind.REPLY: _about_reply, Kind.SANCTION: _about_sanction}


def _message_id(notice: Notification) -> str:
    return f"<{notice.message_id}@{urlsplit(settings.SITE_URL).hostname}>"
