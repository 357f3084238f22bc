"""The moderators' forms: filters of the queue and of the journal, and the decision itself."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django import forms

from forum.actions.moderation import IN_FAVOUR, NEEDS_REASON
from forum.actions.moves import MOVES
from forum.models import Article, Decision, Finding, Member, Reason, Role
from forum.text.numbers import whole_number

from .fields import QuestionField, ReaderTextField

MOST_AT_ONCE = 1000  # answers in one decision
REPORTED = "reported"
Verb = Decision.Verb
BULK_VERBS = [Verb.PUBLISH, Verb.RETURN, Verb.REFUSE, Verb.KEEP, Verb.WITHDRAW]


class DecisionForm(forms.Form):
    """A verb, the revisions it is about, and for all but publishing a reason."""

    verb = forms.ChoiceField(choices=[(verb, Verb(verb).label) for verb in MOVES])
    seen = forms.TypedMultipleChoiceField(coerce=int)
    reason = forms.ModelChoiceField(
        label="Motif",
        queryset=Reason.objects.offered(),
        required=False,
        empty_label="Choisir un motif",
        error_messages={
            "invalid_choice": "Ce motif n’est pas proposé pour cette décision\u202f: choisissez-en un autre."
        },
    )
    # The newest decision when the page was shown.
    known = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    note = ReaderTextField(label="Mot à l’auteur", longest=2000, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        verb = self["verb"].value()
        if verb in NEEDS_REASON:
            self.fields["reason"].queryset = Reason.objects.offered().filter(in_favour=verb in IN_FAVOUR)
        self.fields["seen"].valid_value = whole_number
        self.fields["seen"].error_messages |= {
            "required": "Cochez au moins une réponse.",
            "invalid_choice": "Cette sélection n’est pas lisible\u202f: rechargez la file et recommencez.",
        }

    def offer(self, groups: Iterable) -> None:
        """Show the reasons under the verbs that ask for them (each a `casefiles.ReasonGroup`)."""
        menu = [(group.label, [(reason.pk, reason.label) for reason in group.reasons]) for group in groups]
        self.fields["reason"].widget.choices = [("", self.fields["reason"].empty_label), *menu]

    def clean_seen(self) -> list[int]:
        seen = self.cleaned_data["seen"]
        if len(seen) > MOST_AT_ONCE:
            raise forms.ValidationError(f"Pas plus de {MOST_AT_ONCE} réponses à la fois.")
        return seen

    def clean(self) -> dict:
        cleaned = self.cleaned_data
        if cleaned.get("verb") in NEEDS_REASON and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Choisissez un motif\u202f: toute décision le dit, sauf publier.")
        return cleaned

    @property
    def asked(self) -> dict:
        """The decision itself, without what is said to the author."""
        return {name: self.cleaned_data.get(name) for name in ("verb", "seen", "known")}

    @property
    def said(self) -> dict:
        """The note and the reason as they were sent, for a page that holds them again."""
        if not self.is_bound:
            return {}
        return {"note": self.data.get("note", ""), "chosen": self.cleaned_data.get("reason")}


class WholeFilterForm(forms.Form):
    """A verb for all that a filter finds, and what there was when the queue was shown: see `views.bulk.Horizon`."""

    verb = forms.ChoiceField(choices=[(verb, verb.label) for verb in BULK_VERBS])
    newest_case = forms.IntegerField(min_value=0, max_value=2**63 - 1)
    newest_text = forms.IntegerField(min_value=0, max_value=2**63 - 1)
    known = forms.IntegerField(min_value=0, max_value=2**63 - 1)


def query_of(form: forms.Form) -> str:
    """A filter as it stands in the address, to come back to the same list, but for what it did not understand."""
    form.is_valid()
    asked = [(name, form.data.get(name)) for name in form.fields if name not in form.errors]
    return urlencode([(name, value) for name, value in asked if value])


class QueueFilter(forms.Form):
    """Which cases, in which order. Whatever is not understood is left out of the filter."""

    article = forms.ModelChoiceField(Article.objects.all(), required=False, empty_label="Tous les articles")
    question = QuestionField()
    motif = forms.ChoiceField(
        label="Motif",
        required=False,
        choices=[("", "Tous les motifs"), (REPORTED, "signalée"), *Finding.Check.choices],
    )
    tri = forms.ChoiceField(
        label="Ordre", required=False, choices=[("", "Les plus anciennes"), ("risque", "Les plus risquées")]
    )
    qui = forms.ChoiceField(
        label="Dossiers",
        required=False,
        choices=[("", "Libres et les miens"), ("moi", "Les miens"), ("tous", "Tous")],
    )


class JournalFilter(forms.Form):
    par = forms.ModelChoiceField(
        Member.objects.exclude(role=Role.READER), label="Par", required=False, empty_label="Tout le monde"
    )
    automate = forms.BooleanField(label="Avec les publications sans relecture", required=False)
    decision = forms.ChoiceField(label="Décision", required=False, choices=[("", "Toutes"), *Verb.choices])
    motif = forms.ModelChoiceField(Reason.objects.all(), label="Motif", required=False, empty_label="Tous")
    question = QuestionField()
    depuis = forms.DateField(label="Du", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    jusqu_a = forms.DateField(label="Au", required=False, widget=forms.DateInput(attrs={"type": "date"}))
