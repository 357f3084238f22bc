"""Who is told of what. Rows are written with the change; `send_notifications` sends them later."""

from collections.abc import Collection

from django.utils import timezone

from forum.models import Answer, Decision, Notification, Sanction
from forum.models.members import SAID_TO_THE_MEMBER
from forum.models.statements import put

Verb = Decision.Verb
Kind = Notification.Kind

# A report that led to nothing, or the author's own deletion, is no news to the author.
SAID_TO_THE_AUTHOR = {Verb.PUBLISH, Verb.OVERTURN, Verb.RETURN, Verb.REFUSE, Verb.WITHDRAW, Verb.RESTORE}


def tell_authors(decisions: Collection[Decision]) -> None:
    """Tell the authors of decided answers, unless a machine or they themselves decided."""
    unheard = _take_back([decision.undoes_id for decision in decisions if decision.undoes_id])
    Notification.objects.bulk_create(
        Notification(
            recipient_id=decision.answer.author_id,
            kind=Kind.DECISION,
            answer=decision.answer,
            decision=decision,
            created_at=decision.created_at,
        )
        for decision in decisions
        if decision.by_id and decision.by_id != decision.answer.author_id and _is_news(decision, unheard)
    )


def _is_news(decision: Decision, unheard: Collection[int]) -> bool:
    """An undone decision is worth a word only if its author had heard of it."""
    if decision.verb == Verb.UNDO:
        return decision.undoes.verb in SAID_TO_THE_AUTHOR and decision.undoes_id not in unheard
    return decision.verb in SAID_TO_THE_AUTHOR


def _take_back(decision_ids: Collection[int]) -> set[int]:
    """Keep back the notices that nobody has heard of; returns the decisions of which they would have told.

    A mail that a worker has tried once may have arrived, whatever became of the worker.
    """
    if not decision_ids:
        return set()
    now = timezone.now()
    notices = Notification.objects.filter(decision__in=decision_ids, was_sent=False)
    notices.filter(tries=0, read_at=None).update(done_at=now, read_at=now)
    return set(notices.filter(done_at=now, read_at=now).values_list("decision_id", flat=True))


def tell_of_replies(answers: Collection[Answer]) -> None:
    """Tell whoever was replied to, once the reply is published; nobody hears of his own replies.

    A parent that is loaded was read while its thread was held.
    """
    replies = [answer for answer in answers if answer.reply_to_id]
    parents = {
        answer.reply_to_id: answer.reply_to for answer in replies if "reply_to" in answer._state.fields_cache
    }
    unknown = {answer.reply_to_id for answer in replies} - parents.keys()
    if unknown:
        parents |= Answer.objects.only("author", "state").in_bulk(unknown)
    Notification.objects.bulk_create(
        (
            Notification(recipient_id=parents[answer.reply_to_id].author_id, kind=Kind.REPLY, answer=answer)
            for answer in replies
            if parents[answer.reply_to_id].is_published
            and parents[answer.reply_to_id].author_id != answer.author_id
        ),
        ignore_conflicts=True,
    )


def tell_of_reply(answer: Answer) -> None:
    """The same of one that is new; the answer it replies to was read while its thread was held."""
    if answer.reply_to_id and answer.reply_to.is_published and answer.reply_to.author_id != answer.author_id:
        put(Notification(recipient_id=answer.reply_to.author_id, kind=Kind.REPLY, answer=answer))


def tell_again_of_replies(answers: Collection[Answer]) -> None:
    """A notice that was passed over while the reply was hidden is due again."""
    replies = [answer for answer in answers if answer.reply_to_id]
    if not replies:
        return
    passed_over = Notification.objects.filter(kind=Kind.REPLY, answer__in=replies, was_sent=False)
    passed_over.filter(done_at__isnull=False).update(done_at=None, next_try_at=timezone.now())


def tell_member(sanction: Sanction) -> None:
    """Tell the member of a measure, with its reason (Regulation (EU) 2022/2065, article 17, 1c and d)."""
    if sanction.kind in SAID_TO_THE_MEMBER:
        Notification.objects.create(
            recipient=sanction.member, kind=Kind.SANCTION, sanction=sanction, created_at=sanction.created_at
        )


def mark_read(recipient) -> int:
    """All of the member's notices have been seen; returns how many were new."""
    return recipient.notifications.unread().update(read_at=timezone.now())
