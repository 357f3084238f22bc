"""One verdict on all that a filter finds, be it on one page of the queue or on fifty."""

from dataclasses import dataclass

from django.db.models import Q

from forum.actions.moderation import newest_decision
from forum.actions.moves import ABOUT_THE_PUBLISHED, fitting
from forum.forms.moderation import MOST_AT_ONCE, QueueFilter
from forum.models import Case, Decision, Member, Revision
from forum.models.answers import State
from forum.outcomes import verdict_on
from forum.text.render import plain

from .queue import PER_PAGE, in_order, open_cases

Verb = Decision.Verb


@dataclass(frozen=True)
class Horizon:
    """The newest case, text and decision (pks) that there were when the queue was shown.

    What came later its moderator could not see: a verdict on all that a filter finds leaves it alone.
    """

    newest_case: int
    newest_text: int
    known: int


def horizon() -> Horizon:
    newest = (model.objects.order_by("-pk").values_list("pk", flat=True).first() for model in (Case, Revision))
    return Horizon(*(pk or 0 for pk in newest), newest_decision())


@dataclass(frozen=True)
class Found:
    """The answers that the verdict would be about, each by its last text (pk), in the order of the queue."""

    verb: Verb
    seen: list[int]
    edits: int
    are_more: bool  # than one decision takes

    @property
    def verdict(self) -> str:
        """ "Refuser 998 réponses et 2 modifications"."""
        return verdict_on(self.verb, answers=len(self.seen) - self.edits, edits=self.edits)

    @property
    def first(self) -> list[Revision]:
        """The first of them, as many as a page of the queue shows."""
        texts = Revision.objects.select_related("answer__author").in_bulk(self.seen[:PER_PAGE])
        return [texts[pk] for pk in self.seen[:PER_PAGE]]


def found_under(member: Member, wanted: dict, verb: str, newest_case: int, newest_text: int) -> Found:
    """What the filter finds: there at that time, where the verb applies, and in nobody else's hands."""
    cases = open_cases(member, wanted).free_for(member).filter(fitting(verb))
    seen = cases.filter(Q(pk__lte=newest_case), answer__latest__lte=newest_text)
    found = list(in_order(seen, wanted).values_list("answer__latest", "answer__state")[: MOST_AT_ONCE + 1])
    texts, states = zip(*found[:MOST_AT_ONCE], strict=True) if found else ((), ())
    edits = 0 if verb in ABOUT_THE_PUBLISHED else states.count(State.PUBLISHED)
    return Found(Verb(verb), list(texts), edits, len(found) > MOST_AT_ONCE)


def filter_words(form: QueueFilter) -> list[tuple[str, str]]:
    """The filter as its menus say it: ("Motif", "premières réponses")."""
    form.is_valid()
    return [(form[name].label, _words(form, name, value)) for name, value in form.cleaned_data.items() if value]


def _words(form: QueueFilter, name: str, value) -> str:
    field = form.fields[name]
    if hasattr(field, "label_from_instance"):
        return plain(field.label_from_instance(value), 80)
    return dict(field.choices)[value]
