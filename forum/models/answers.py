"""Answers, their immutable revisions, and texts not yet sent."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from .articles import Question
from .fields import DEEPEST, STEP, PathField

# Of an author's answers in one state: beyond them, one more tells a moderator nothing.
COUNTED_TO = 100


class State(models.TextChoices):
    PENDING = "pending", "en attente"
    PUBLISHED = "published", "publiée"
    RETURNED = "returned", "rendue à son auteur"
    REFUSED = "refused", "refusée"
    WITHDRAWN = "withdrawn", "retirée"
    DELETED = "deleted", "supprimée"


# What its author alone sees, each named: what he has published, be it thousands, is not looked through.
OWN_ALONE = [State.PENDING, State.RETURNED, State.REFUSED, State.WITHDRAWN]
OWN_APART = models.Q(state__in=OWN_ALONE) | models.Q(models.Q(state=State.PUBLISHED), ~models.Q(edit_state=""))


class AnswerQuerySet(models.QuerySet["Answer"]):
    def published(self) -> "AnswerQuerySet":
        return self.filter(state=State.PUBLISHED)

    def of(self, member) -> "AnswerQuerySet":
        """What the member wrote and did not delete."""
        return self.filter(author=member).exclude(state=State.DELETED)

    def visible_to(self, user) -> "AnswerQuerySet":
        """The one rule of who sees what: published for all, one's own, everything for moderators.

        A deleted answer is seen by nobody but moderators; its author finds the text in
        "Mes réponses" alone, where all that he ever wrote stands.
        """
        if getattr(user, "is_moderator", False):
            return self
        if user.is_authenticated:
            own = models.Q(author=user) & ~models.Q(state=State.DELETED)
            return self.filter(models.Q(state=State.PUBLISHED) | own)
        return self.published()

    def in_thread(self, question: Question) -> "AnswerQuerySet":
        """What holds the thread together for everyone: published answers and the placeholders
        of those that are gone but carry published replies."""
        return self.filter(models.Q(state=State.PUBLISHED) | models.Q(published_below__gt=0), question=question)

    def own_apart(self, question: Question, member) -> "AnswerQuerySet":
        """What its author sees in the thread otherwise than everyone: his texts that wait or were turned down,
        and those of which an edit does."""
        return self.filter(OWN_APART, author=member, question=question)

    def with_byline(self) -> "AnswerQuerySet":
        """All that one row of a thread shows, in the same query."""
        return self.select_related("author", "revision", "reply_to__author").defer(
            "author__password", "reply_to__author__password"
        )

    def newest_first(self) -> "AnswerQuerySet":
        """The newest answers to the question first, each with the replies under it as they were written."""
        return self.order_by("-root", "path")


class Answer(models.Model):
    """What a member wrote under a question, or in reply to another answer."""

    State = State

    question = models.ForeignKey(
        Question, models.PROTECT, db_index=False, related_name="answers", verbose_name="question"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="answers", verbose_name="auteur"
    )
    reply_to = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, related_name="replies", verbose_name="en réponse à"
    )
    path = PathField(max_length=STEP * (DEEPEST + 1), null=True, editable=False)
    # The first step of the path: answers newest first, each with its replies in order.
    root = PathField(max_length=STEP, null=True, editable=False)
    state = models.CharField("état", max_length=9, choices=State, default=State.PENDING)
    # The state of an edit of a published answer: empty where there is none under way.
    edit_state = models.CharField("modification", max_length=9, choices=State, blank=True)
    revision = models.ForeignKey(
        "Revision", models.PROTECT, null=True, related_name="+", verbose_name="version publiée"
    )
    latest = models.ForeignKey(
        "Revision", models.PROTECT, null=True, related_name="+", verbose_name="dernière version"
    )
    published_at = models.DateTimeField("publiée le", null=True)
    published_below = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("écrite le", default=timezone.now)
    # One per rendered form: the same form sent twice is one answer.
    key = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse"
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="answer_sent_once"),
            models.UniqueConstraint(fields=["question", "path"], name="answer_place_once"),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(revision__isnull=False),
                name="answer_published_has_revision",
            ),
        ]
        indexes = [
            models.Index(
                fields=["question", "path"],
                condition=models.Q(state="published") | models.Q(published_below__gt=0),
                name="answer_thread_oldest",
            ),
            models.Index(
                fields=["question", "-root", "path"],
                condition=models.Q(state="published") | models.Q(published_below__gt=0),
                name="answer_thread_newest",
            ),
            models.Index(fields=["author", "-id"], name="answer_of_author"),
            models.Index(fields=["reply_to"], condition=models.Q(reply_to__isnull=False), name="answer_replies"),
            models.Index(fields=["author", "state"], name="answer_record"),
            models.Index(fields=["author", "question", "path"], condition=OWN_APART, name="answer_own_apart"),
        ]

    def __str__(self) -> str:
        return f"Réponse {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("answer", args=[self.pk])

    @property
    def depth(self) -> int:
        """0 for an answer to the question, up to `DEEPEST` for replies."""
        return len(self.path) // STEP - 1

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def text_state(self) -> str:
        """The state of the last text: that of the edit under way, else of the answer itself."""
        return self.edit_state if self.is_published and self.edit_state else self.state

    @property
    def state_words(self) -> str:
        """The state for who works with it: "publiée, modification en attente"."""
        edit = f", modification {self.get_edit_state_display()}" if self.is_published and self.edit_state else ""
        return f"{self.get_state_display()}{edit}"

    @property
    def waits(self) -> bool:
        """Its last text is before the moderators."""
        return self.text_state == State.PENDING


class Revision(models.Model):
    """One text of an answer, as it was sent. Its text never changes; its HTML can be rebuilt."""

    answer = models.ForeignKey(
        Answer, models.PROTECT, db_index=False, related_name="revisions", verbose_name="réponse"
    )
    # The answer's: what he sent in the last hour is found without looking through all his answers.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="revisions",
    )
    number = models.PositiveSmallIntegerField("version")
    text = models.TextField("texte")
    html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    # Hash of the normalised copy, to find the same text again whatever its dress.
    fingerprint = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField("le", default=timezone.now)
    key = models.UUIDField(default=uuid.uuid4, editable=False)

    past = None  # what came before it (`forum.models.past`), where screening is to judge it

    class Meta:
        verbose_name = "version"
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="revision_number_once"),
            models.UniqueConstraint(fields=["answer", "key"], name="revision_sent_once"),
        ]
        indexes = [
            models.Index(fields=["fingerprint", "author"], name="revision_same_words"),
            models.Index(fields=["author", "-created_at"], name="revision_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.answer}, version {self.number}"


class Draft(models.Model):
    """A text not yet sent: what a member had in the box when something came in between."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    question = models.ForeignKey(Question, models.CASCADE, related_name="+")
    reply_to = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="+")
    text = models.TextField()
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "brouillon"
        constraints = [
            models.UniqueConstraint(
                fields=["author", "question"],
                condition=models.Q(reply_to=None),
                name="draft_one_per_question",
            ),
            models.UniqueConstraint(
                fields=["author", "reply_to"], condition=~models.Q(reply_to=None), name="draft_one_per_reply"
            ),
        ]

    def __str__(self) -> str:
        return f"Brouillon de {self.author}"
