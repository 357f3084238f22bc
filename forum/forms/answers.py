"""The writing box, and what else a reader does with an answer."""

import uuid

from django import forms

from forum.models import Reason
from forum.text.clean import MAX_LENGTH, MIN_LENGTH

from .fields import ReaderTextField


class AnswerForm(forms.Form):
    longest = MAX_LENGTH
    text = ReaderTextField(
        label="Votre réponse",
        shortest=MIN_LENGTH,
        longest=MAX_LENGTH,
        error_messages={"required": "Le cadre est vide\u202f: écrivez votre réponse avant de l’envoyer."},
    )
    # Names this rendering of the form: sent twice, it is one answer.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self) -> dict:
        if any(name in self.errors for name in self.HIDDEN):
            self.add_error(None, "Le formulaire est arrivé incomplet. Votre texte est gardé\u202f: renvoyez-le.")
        return self.cleaned_data

    HIDDEN = ("key",)

    def sent_key(self) -> uuid.UUID:
        """The key to send again with a box that comes back; a new one where none came in whole."""
        return getattr(self, "cleaned_data", {}).get("key") or uuid.uuid4()

    def renew_key(self) -> None:
        """The form's key has served for another text: sent again, this one is a text of its own."""
        self.cleaned_data.pop("key", None)


class EditForm(AnswerForm):
    # The revision that the author had before his eyes.
    HIDDEN = ("key", "seen")
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)


class ReportForm(forms.Form):
    reason = forms.ModelChoiceField(
        label="Ce qui ne va pas",
        queryset=Reason.objects.offered().against(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez un motif\u202f: il dit à la modération où regarder.",
            "invalid_choice": "Ce motif n’est plus proposé\u202f: choisissez-en un autre.",
        },
    )
    remark = ReaderTextField(
        label="Remarque",
        help_text="Facultatif\u202f: ce que la modération doit savoir pour juger.",
        longest=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
