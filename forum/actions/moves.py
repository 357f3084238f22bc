"""The moves of an answer’s state, and the only module that writes it."""

from collections import defaultdict
from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from forum.models import Answer, Decision, Question, Report, Revision
from forum.models.answers import State
from forum.models.statements import put

from . import notifications
from .cases import close_cases
from .errors import Conflict
from .threads import count_new, count_published

Verb = Decision.Verb

# The moves: what a verb does to the state of the text it is about. For an edit of a published
# answer that is the edit's state, and the published text stays in place; else the answer's own.
MOVES: dict[str, dict[str, str]] = {
    Verb.PUBLISH: {State.PENDING: State.PUBLISHED},
    Verb.RETURN: {State.PENDING: State.RETURNED},
    Verb.REFUSE: {State.PENDING: State.REFUSED},
    # A verb of its own: whoever publishes what he takes to be waiting overturns nobody.
    Verb.OVERTURN: {State.RETURNED: State.PUBLISHED, State.REFUSED: State.PUBLISHED},
    Verb.KEEP: {State.PUBLISHED: State.PUBLISHED},
    Verb.WITHDRAW: {State.PUBLISHED: State.WITHDRAWN},
    Verb.RESTORE: {State.WITHDRAWN: State.PUBLISHED},
}
# These are about the published text, whatever edit is under way.
ABOUT_THE_PUBLISHED = {Verb.KEEP, Verb.WITHDRAW, Verb.RESTORE}
PUTS_THE_TEXT_OUT = {Verb.PUBLISH, Verb.OVERTURN}

_LET_OUT = Decision.objects.filter(answer=OuterRef("pk"), verb__in=PUTS_THE_TEXT_OUT, undone_by=None)
# What readers saw before the last text was published.
TEXT_BEFORE = Subquery(_LET_OUT.exclude(revision=OuterRef("latest")).order_by("-pk").values("revision")[:1])


def moves_from(answer: Answer) -> list[str]:
    """The verbs that a moderator may use on the answer as it stands, in the order of `MOVES`."""
    return [verb for verb, moves in MOVES.items() if state_for(verb, answer) in moves]


def state_for(verb: str, answer: Answer) -> str:
    """The state in which the verb finds the text that it is about; see `MOVES`."""
    if verb == Verb.KEEP and answer.waits:
        return State.PENDING  # the waiting text is decided first: keeping would close its case
    return answer.state if verb in ABOUT_THE_PUBLISHED else answer.text_state


def fitting(verb: str) -> Q:
    """The cases about answers on which the verb may be used: what `state_for` says of one, asked of all."""
    starts = list(MOVES[verb])
    if verb == Verb.KEEP:
        return Q(answer__state__in=starts) & ~Q(answer__edit_state=State.PENDING)
    if verb in ABOUT_THE_PUBLISHED:
        return Q(answer__state__in=starts)
    edited = Q(answer__state=State.PUBLISHED, answer__edit_state__in=starts)
    return edited | Q(answer__state__in=starts) & ~Q(answer__state=State.PUBLISHED)


def hold(revision: Revision) -> None:
    """The text that has come in waits: as an edit where an earlier one is published, else as the answer itself.

    A new answer is written.
    """
    answer = revision.answer
    if revision.number == 1:
        put(answer)
        return
    column = "edit_state" if answer.is_published else "state"
    Answer.objects.filter(pk=answer.pk).update(**{column: State.PENDING}, latest=revision)
    setattr(answer, column, State.PENDING)


def let_out(decision: Decision) -> None:
    """The text that has come in is published by screening, as an edit or as the answer itself.

    A new answer is written.
    """
    answer, revision = decision.answer, decision.revision
    if revision.number > 1:
        carry_out([(answer, decision)], latest=revision, revision=revision)
    answer.revision = revision
    if decision.is_edit:
        answer.edit_state = ""
    else:
        answer.state = State.PUBLISHED
        answer.published_at = answer.published_at or decision.created_at
    if revision.number == 1:
        _appear(decision)


def _appear(decision: Decision) -> None:
    """What `carry_out` does, for an answer that is new: nobody has reported it, or looked at it."""
    put(decision.answer)
    count_new(decision.answer)
    put(decision)
    notifications.tell_of_reply(decision.answer)


def carry_out(moves: list[tuple[Answer, Decision]], **also) -> list[Decision]:
    """Write the states, the decisions and all that follows from them, set by set.

    The threads are held. The number of queries depends on the kinds of move, not on how many
    there are. `also` are further columns to write, for a single move.
    """
    now = timezone.now()
    counted = _write_states(moves, now, also)
    for _, decision in moves:
        decision.created_at = now
    decisions = Decision.objects.bulk_create([decision for _, decision in moves])
    seen = {answer.question_id for answer, decision in moves if _is_seen_by_readers(decision)}
    if seen - counted:
        Question.objects.filter(pk__in=seen - counted).mark_changed()
    _settle([decision for decision in decisions if decision.by and decision.verb != Verb.UNDO], now)
    notifications.tell_authors(decisions)
    appearing = [(answer, decision) for answer, decision in moves if _appears(answer, decision)]
    notifications.tell_of_replies([answer for answer, _ in appearing])
    # What screening lets out has not been out before: only people let a text out again.
    notifications.tell_again_of_replies([answer for answer, decision in appearing if decision.by_id])
    return decisions


def _settle(decisions: list[Decision], now: datetime) -> None:
    """Settle the reports that the decisions answer, and close the cases that have nothing left to decide.

    Turning down an edit says nothing about the published text that a reader has reported.
    """
    answering = [d for d in decisions if not (d.is_edit and d.verb in (Verb.RETURN, Verb.REFUSE))]
    if answering:
        this_one = Decision.objects.filter(pk__in=[d.pk for d in answering], answer=OuterRef("answer"))
        unsettled = Report.objects.filter(answer__in=[d.answer_id for d in answering], settled_by=None)
        unsettled.update(settled_by=Subquery(this_one.values("pk")[:1]))
    if decisions:
        close_cases([decision.answer_id for decision in decisions], now)


def _write_states(moves: list[tuple[Answer, Decision]], now: datetime, also: dict) -> set[int]:
    """One conditional UPDATE per kind of move; its row count is believed. Returns the questions counted anew."""
    kinds: defaultdict[tuple, list[Answer]] = defaultdict(list)
    counts = []
    for answer, decision in moves:
        changes = _changes(decision)
        kinds[answer.state, answer.edit_state, *changes.items()].append(answer)
        if "state" in changes:
            step = (changes["state"] == State.PUBLISHED) - (answer.state == State.PUBLISHED)
            counts.append((answer, step))
    for (state, edit_state, *items), answers in kinds.items():
        changes = dict(items) | also
        if changes.get("state") == State.PUBLISHED:
            changes["published_at"] = Coalesce(F("published_at"), now)
        if "latest" in also:  # the text comes in with this very move
            rows = Answer.objects.filter(pk__in=[answer.pk for answer in answers])
        else:
            rows = Answer.objects.filter(latest__in=[answer.latest_id for answer in answers])
        rows = rows.filter(state=state, edit_state=edit_state)
        if rows.update(**changes) != len(answers):
            raise Conflict("Ces réponses ont changé entre-temps : rien n’a été décidé.")
    return count_published(counts)


def _changes(decision: Decision) -> dict:
    """The columns of the answer that the decision writes."""
    if decision.is_edit:
        changes = {"edit_state": "" if decision.to_state == State.PUBLISHED else decision.to_state}
    else:
        changes = {"state": decision.to_state}
    if decision.verb in PUTS_THE_TEXT_OUT:
        changes["revision"] = F("latest")
    if decision.verb == Verb.UNDO and decision.undoes.verb in PUTS_THE_TEXT_OUT:
        # Whoever an answer replies to hears of it when it appears again.
        changes |= {"revision": TEXT_BEFORE} if decision.is_edit else {"revision": None, "published_at": None}
    return changes


def _is_seen_by_readers(decision: Decision) -> bool:
    """A text that readers see comes, goes or becomes another; for an edit the states are its own."""
    return State.PUBLISHED in (decision.from_state, decision.to_state) and decision.verb != Verb.KEEP


def _appears(answer: Answer, decision: Decision) -> bool:
    """Published for the first time: what readers have not been told of."""
    return decision.verb in PUTS_THE_TEXT_OUT and not decision.is_edit and answer.published_at is None
