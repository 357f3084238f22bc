"""A text comes in and is decided: what moderators, and screening before them, do with answers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from forum.models import Answer, Decision, Finding, Member, Reason, Report, Revision
from forum.models.answers import State
from forum.models.statements import put
from forum.permissions import may_delete, may_moderate
from forum.screening import Verdict, risk_of, screen

from .cases import close_cases, in_other_hands, new_case, open_case, reopen_cases
from .errors import Conflict, NotAllowed
from .moves import ABOUT_THE_PUBLISHED, MOVES, carry_out, hold, let_out, state_for
from .threads import lock_threads

Verb = Decision.Verb

NEEDS_REASON = set(MOVES) - {Verb.PUBLISH}
IN_FAVOUR = {Verb.KEEP, Verb.OVERTURN, Verb.RESTORE}  # with a reason that speaks for the text


@dataclass(frozen=True)
class Outcome:
    """What became of a set of decisions: those taken, and the answers where somebody was first."""

    decisions: list[Decision]
    conflicts: list[Answer]


# --- A text comes in ----------------------------------------------------------------------------


def admit(revision: Revision, read_in_it: Iterable[Finding]) -> None:
    """Screen the newest revision of an answer, and publish it or hold it with a case.

    Runs inside the transaction that wrote the revision and that holds its thread. A new answer, which has
    its place there, is written now. `read_in_it` is what screening has found in its words.
    """
    answer = revision.answer
    verdict = screen(revision, read_in_it)
    if not verdict.publishes:
        hold(revision)
        _open(revision, verdict)
        return
    decision = Decision(
        pk=revision.past.next_decision,
        answer=answer,
        revision=revision,
        verb=Verb.PUBLISH,
        from_state=answer.text_state,
        to_state=State.PUBLISHED,
        is_edit=answer.is_published,
    )
    let_out(decision)


def _open(revision: Revision, verdict: Verdict) -> None:
    """Write down what was found, and why a moderator is asked to look."""
    for finding in verdict.findings:
        finding.revision = revision
    if len(verdict.findings) == 1:
        put(verdict.findings[0])
    else:
        Finding.objects.bulk_create(verdict.findings)
    if revision.number == 1:
        new_case(revision.answer, verdict.risk)
    else:
        open_case(revision.answer, verdict.risk)


# --- A moderator decides ------------------------------------------------------------------------


def decide(
    *,
    by: Member,
    verb: str,
    seen: Collection[int],
    known: int | None = None,
    reason: Reason | None = None,
    note: str = "",
) -> Outcome:
    """Decide about answers, each named by the last revision that the moderator saw (its pk).

    `known` is the newest decision (pk) there was when he saw them: what was decided about an
    answer since then goes first. One transaction whatever the number. An answer that has a newer
    revision, that is no longer where the verb starts from, or that another moderator has taken,
    is left as it is as well, and comes back among the conflicts. Raises `NotAllowed` for who may
    not moderate, and `ValueError` where the verb needs a reason and has none, or one that speaks
    the other way (design: a reason for all but publishing).
    """
    if not may_moderate(by):
        raise NotAllowed("Seule la modération peut décider d’une réponse.")
    if verb not in MOVES:
        raise ValueError(f"No such verb: {verb!r}")
    if verb not in NEEDS_REASON:
        reason = None  # one may have been left in the menu
    elif reason is None or not fits(reason, verb):
        raise ValueError(f"{verb!r} needs a reason that fits it, not {reason!r}")
    with transaction.atomic():
        answers = _locked_answers(seen)
        busy = _decided_since(known, answers) | in_other_hands([answer.pk for answer in answers], by)
        moves, conflicts = [], []
        for answer in answers:
            if answer.latest_id not in seen or state_for(verb, answer) not in MOVES[verb] or answer.pk in busy:
                conflicts.append(answer)
                continue
            moves.append((answer, _decision(verb, answer, by=by, reason=reason, note=note)))
        decisions = carry_out(moves) if moves else []
        _reopen_for_edits(moves)
    return Outcome(decisions, conflicts)


def fits(reason: Reason, verb: str) -> bool:
    """Whether the reason can be given for the verb: one is for the text or against it."""
    return reason.in_favour == (verb in IN_FAVOUR)


def _decision(verb: str, answer: Answer, **said) -> Decision:
    start = state_for(verb, answer)
    return Decision(
        answer=answer,
        revision_id=_revision_for(verb, answer),
        verb=verb,
        from_state=start,
        to_state=MOVES[verb][start],
        is_edit=bool(answer.edit_state) and verb not in ABOUT_THE_PUBLISHED,
        **said,
    )


def _revision_for(verb: str, answer: Answer) -> int:
    """The text (pk) that the verb is about: the published one, or the last one sent."""
    return answer.revision_id if verb in ABOUT_THE_PUBLISHED else answer.latest_id


def newest_decision() -> int:
    """What `decide` calls `known`, for a page that is shown now."""
    return Decision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _decided_since(known: int | None, answers: list[Answer]) -> set[int]:
    if known is None:
        return set()
    newer = Decision.objects.filter(pk__gt=known, answer__in=answers, by__isnull=False)
    return set(newer.values_list("answer_id", flat=True))


def undo(*, by: Member, decision: Decision) -> Decision:
    """Take a moderator's decision back by a new one, if it is still the last word on its answer.

    What it had settled is open again: the case keeps the time since when it waits. Raises
    `NotAllowed` for who may not moderate, `Conflict` when something happened since.
    """
    outcome = _undo(by, Decision.objects.filter(pk=decision.pk))
    if outcome.conflicts:
        raise Conflict("Il s’est passé autre chose depuis : cette décision ne peut plus être annulée.")
    return outcome.decisions[0]


def undo_together(*, by: Member, decision: Decision) -> Outcome:
    """Take back all that was decided in one go with this decision, as far as it is still the last word.

    What somebody has decided or written since stays, and comes back among the conflicts. Raises
    `NotAllowed` for who may not moderate.
    """
    return _undo(by, decision.made_together())


def _undo(by: Member, made: QuerySet[Decision]) -> Outcome:
    """`made` are decisions of one go: they have their verb and their time in common."""
    if not may_moderate(by):
        raise NotAllowed("Seule la modération peut annuler une décision.")
    newer = Decision.objects.filter(answer=OuterRef("answer"), pk__gt=OuterRef("pk"))
    made = made.alias(has_newer=Exists(newer)).order_by("pk")
    with transaction.atomic():
        lock_threads(made.values_list("answer__question", flat=True))
        standing = made.filter(has_newer=False).select_related("answer__author", "revision")
        moves = [
            (decision.answer, _undoing(decision, by))
            for decision in standing.prefetch_related("revision__findings")
            if decision.can_be_undone and _revision_for(decision.verb, decision.answer) == decision.revision_id
        ]
        if moves:
            _take_back(moves)
        undone = [answer.pk for answer, _ in moves]
        conflicts = made.exclude(answer__in=undone).select_related("answer")
        return Outcome([undoing for _, undoing in moves], [decision.answer for decision in conflicts])


def _undoing(decision: Decision, by: Member) -> Decision:
    return Decision(
        answer=decision.answer,
        revision=decision.revision,
        verb=Verb.UNDO,
        from_state=decision.to_state,
        to_state=decision.from_state,
        is_edit=decision.is_edit,
        by=by,
        undoes=decision,
    )


def _take_back(moves: list[tuple[Answer, Decision]]) -> None:
    """Undo in the order in which it was done: the states, the reports that were settled, the cases."""
    carry_out(moves)
    undone = [undoing.undoes for _, undoing in moves]
    Report.objects.filter(settled_by__in=undone).update(settled_by=None)
    (_, first), *_ = moves
    if first.undoes.verb == Verb.RESTORE:
        # Whatever waits on it waits for the next restoring.
        close_cases([answer.pk for answer, _ in moves], first.created_at)
    risks = {decision.answer_id: risk_of(decision.revision) for decision in undone}
    reopen_cases(risks, closed_at=first.undoes.created_at)


def _reopen_for_edits(moves: list[tuple[Answer, Decision]]) -> None:
    """An answer that comes back brings the edit that was waiting when it was withdrawn."""
    for answer, decision in moves:
        if decision.verb == Verb.RESTORE and answer.edit_state == State.PENDING:
            open_case(answer, risk_of(answer.latest))


def _locked_answers(seen: Collection[int]) -> list[Answer]:
    """The answers of the revisions seen, as they are now, with their threads held."""
    answers = Answer.objects.filter(pk__in=Revision.objects.filter(pk__in=seen).values("answer"))
    lock_threads(answers.values_list("question", flat=True))
    return list(answers.select_related("author").defer("author__password").order_by("pk"))


# --- The author takes it back -------------------------------------------------------------------


def delete(*, by: Member, answer: Answer) -> None:
    """The author's own end of an answer, whatever its state. Its texts stay in the records.

    Raises `NotAllowed` when it is not his, or is deleted already.
    """
    with transaction.atomic():
        lock_threads([answer.question_id])
        answer = Answer.objects.select_related("latest", "author").get(pk=answer.pk)
        if not may_delete(by, answer):
            raise NotAllowed("Seul l’auteur d’une réponse peut la supprimer.")
        decision = Decision(
            answer=answer,
            revision=answer.latest,
            verb=Verb.DELETE,
            from_state=answer.state,
            to_state=State.DELETED,
            by=by,
        )
        carry_out([(answer, decision)])
