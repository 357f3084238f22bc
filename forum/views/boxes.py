"""The writing box as a page shows it: where it stands, what it holds, what will happen to the text."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from forum.actions.answers import why_not
from forum.forms.answers import AnswerForm
from forum.models import Answer, Question
from forum.models.answers import State
from forum.permissions import may_answer
from forum.screening import reads_first
from forum.text.render import stored

from .own import usual_wait
from .parked import parked_text


@dataclass
class Box:
    """A box under a question, or under one of its answers."""

    question: Question
    reply_to: Answer | None
    form: AnswerForm | None = None
    preview: str = ""

    @property
    def parent(self) -> SafeString:
        """What the answer says that is replied to."""
        return stored(self.reply_to.revision.html)

    @property
    def action(self) -> str:
        if self.reply_to is None:
            return reverse("answer_create", args=[self.question.pk])
        return reverse("reply_create", args=[self.reply_to.pk])

    @property
    def name(self) -> str:
        """The id of its text area: a page may show several boxes."""
        return f"texte-{self.place}"

    @property
    def place(self) -> str:
        """Names the box among the visitor's parked texts."""
        return f"reponse-{self.reply_to.pk}" if self.reply_to else f"question-{self.question.pk}"

    def kept_text(self, request: HttpRequest, draft: str) -> str:
        """What the writer left in this box: before he logged in, or when something came in between."""
        return parked_text(request, self.place) or draft


def what_happens_next(user, question: Question, mended: Answer | None = None, published: int | None = None) -> str:
    """One sentence, before sending, on what will become of the text; `mended` is the answer it changes.

    `published`: see `reads_first`.
    """
    if mended is None and not question.is_open:
        return why_not(user, question)
    if not user.is_authenticated:
        return (
            "Vous pouvez écrire dès maintenant : nous gardons votre texte pendant que vous vous connectez "
            "ou créez un compte."
        )
    if mended is None and not may_answer(user, question):
        return why_not(user, question)
    is_resent = mended is not None and mended.text_state != State.PUBLISHED
    if not is_resent and not reads_first(user, question, published):
        return "Votre réponse paraîtra aussitôt, sauf si un contrôle automatique demande une relecture."
    wait = usual_wait()
    usually = f" Délai habituel\u202f: {wait}." if wait else ""
    return f"Votre réponse sera relue avant publication.{usually}"
