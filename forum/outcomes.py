"""What became of a decision, told to who made it: what was done, what it could not be about, who was quicker.

Both doors tell the same: the queue's pages and the Django admin.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from forum.actions.cases import in_other_hands
from forum.actions.moves import moves_from
from forum.models import Answer, Decision, Member, Revision
from forum.text.times import relative

from .casefiles import CaseFile, case_files_of

Verb = Decision.Verb

NEW_TEXT = "L’auteur a modifié son texte entre-temps. Rien n’a été décidé : lisez sa nouvelle version."


def what(decision: Decision) -> str:
    """What was decided about, for the sentence that tells it."""
    return "modification" if decision.is_edit else "réponse"


def what_was_done(decisions: Collection[Decision]) -> str:
    """ "Réponse publiée", "2 réponses et 1 modification refusées": one verdict, told to who gave it."""
    first = next(iter(decisions))
    if len(decisions) == 1:
        return f"{what(first).capitalize()} {first.done}"
    edits = sum(decision.is_edit for decision in decisions)
    return f"{_numbered(len(decisions) - edits, edits)} {first.done_to_many}"


def _numbered(answers: int, edits: int) -> str:
    """ "1 000 réponses et 1 modification"."""
    numbers = [(answers, "réponse"), (edits, "modification")]
    return " et ".join(
        f"{number:,} {noun}{'s' if number > 1 else ''}".replace(",", "\u202f") for number, noun in numbers if number
    )


TO_GIVE = {
    Verb.PUBLISH: "Publier {}",
    Verb.RETURN: "Rendre {} à l’auteur",
    Verb.REFUSE: "Refuser {}",
    Verb.KEEP: "Maintenir {}",
    Verb.WITHDRAW: "Retirer {}",
}


def verdict_on(verb: str, answers: int, edits: int) -> str:
    """The verdict that is about to be given, as its button says it: "Publier 1 000 réponses"."""
    return TO_GIVE[verb].format(_numbered(answers, edits))


@dataclass(frozen=True)
class Selection:
    """Texts ticked for one verdict: those it can be about, and those that stay out of it."""

    verb: Verb
    concerned: list[Revision]
    others: list[Revision]

    @property
    def why_others_stay(self) -> str:
        """ "Les réponses de alice (publiée) et bob (refusée) restent de côté : ..."."""
        names = [f"{text.answer.author} ({text.answer.state_words})" for text in self.others]
        if not names:
            return ""
        *first, last = names
        which = f"Les réponses de {', '.join(first)} et {last} restent" if first else f"La réponse de {last} reste"
        return f"{which} de côté : « {self.verb.label} » ne s’y applique pas."


def selection(verb: str, seen: Collection[int]) -> Selection:
    """The texts that were seen, each answer by the state it is in now."""
    fits: dict[bool, list[Revision]] = {True: [], False: []}
    for text in Revision.objects.filter(pk__in=seen).select_related("answer__author").order_by("answer"):
        fits[verb in moves_from(text.answer)].append(text)
    return Selection(Verb(verb), fits[True], fits[False])


def conflict_files(
    answers: Collection[Answer], *, by: Member, verb: str, seen: Collection[int], known: int | None
) -> list[CaseFile]:
    """Answers that a decision left alone, as they are now, each with a sentence on why.

    `by`, `verb`, `seen` and `known` are what `decide` was asked.
    """
    ids = [answer.pk for answer in answers]
    files = case_files_of(ids)
    elsewhere = in_other_hands(ids, by)
    decisions = Decision.objects.filter(answer__in=ids).select_related("by")
    last = {decision.answer_id: decision for decision in decisions.order_by("pk")}
    for file in files:
        answer = file.answer
        file.what_happened = (
            (NEW_TEXT if answer.latest_id not in seen else "")
            or (_taken(file) if answer.pk in elsewhere and file.is_taken else "")
            or _decided_since(known, last.get(answer.pk), by)
            or f"Cette réponse est {answer.state_words} : « {Verb(verb).label} » ne s’y applique pas."
        )
    return files


def _taken(file: CaseFile) -> str:
    until = timezone.localtime(file.case.taken_until)
    return f"{file.case.taken_by} a pris ce dossier jusqu’à {until:%H h %M}. Rien n’a été décidé."


def _decided_since(known: int | None, last: Decision | None, by: Member) -> str:
    """Who was quicker; empty where nobody decided after the page was shown, or only screening did."""
    if known is None or last is None or last.pk <= known or last.by is None:
        return ""
    if last.verb == Verb.DELETE:
        return "Son auteur l’a supprimée entre-temps : il n’y a plus rien à décider."
    who = "Vous avez décidé entre-temps" if last.by == by else f"{last.by} a été plus rapide"
    state = f" ({last.get_to_state_display()})" if last.verb == Verb.UNDO else ""
    return f"{who} : {what(last)} {last.done}{state}, {relative(last.created_at)}."
