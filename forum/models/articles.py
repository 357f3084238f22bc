"""Articles and the questions that close them."""

import secrets

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from .statements import Statement


class ModerationMode(models.TextChoices):
    BEFORE = "before", "avant publication"
    FIRST_ANSWERS = "first_answers", "premières réponses"
    AFTER = "after", "après publication"
    CLOSED = "closed", "fermée"


def mode_field(inherited_from: str) -> models.CharField:
    return models.CharField(
        "modération",
        max_length=13,
        choices=ModerationMode,
        blank=True,
        help_text=f"Vide\u202f: comme {inherited_from}.",
    )


class Article(models.Model):
    slug = models.SlugField("adresse", max_length=80, unique=True)
    title = models.CharField("titre", max_length=200)
    lead = models.TextField("chapeau", max_length=1500, blank=True)
    body = models.TextField("texte", help_text="Markdown, sans les questions finales.")
    sources = models.TextField("sources", blank=True, help_text="Une par ligne, en Markdown.")
    language = models.CharField("langue", max_length=2, default="fr")
    # As exact as it is known: a newspaper's date may be a month ("2021-02") or a year.
    dated = models.CharField("date de l’article", max_length=10, blank=True)
    moderation = mode_field("le site")
    added_at = models.DateTimeField("ajouté le", default=timezone.now, editable=False)
    # SHA-256 of the text it was imported from, so that the same text is not loaded twice.
    imported_from = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001

    class Meta:
        verbose_name = "article"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs) -> None:
        """The pages of its questions show its title and its lead."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            shown = self.questions.order_by("pk").select_for_update(no_key=True)  # as `actions.threads` takes them
            Question.objects.filter(pk__in=[question.pk for question in shown]).mark_changed()

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])


def new_version() -> int:
    """A number that no version has had: a count could begin again, as after a restore, and meet a kept page."""
    return secrets.randbits(63)


class QuestionQuerySet(models.QuerySet["Question"]):
    def mark_changed(self, **also) -> int:
        """Something that readers see under these questions is another now; `also` are columns to write with it.

        Runs inside the transaction that changed it and that holds the threads.
        """
        return self.update(version=new_version(), **also)

    def version_of(self, pk: int) -> int | None:
        """The version that the database holds now; None where there is no such question.

        It is all that a kept page asks for.
        """
        rows = VERSION.rows(question=pk)
        return rows[0][0] if rows else None


VERSION = Statement(
    lambda question: Question.objects.filter(pk=question).order_by().values_list("version"), question=int
)


class Question(models.Model):
    """One closing question of an article: one thread."""

    article = models.ForeignKey(
        Article, models.CASCADE, db_index=False, related_name="questions", verbose_name="article"
    )
    position = models.PositiveSmallIntegerField("rang", default=1)
    text = models.TextField("question", max_length=1000)
    moderation = mode_field("l’article")
    opens_at = models.DateTimeField("ouvre le", null=True, blank=True)
    closes_at = models.DateTimeField("ferme le", null=True, blank=True)
    # Published answers, kept by `actions.moves` in the transaction that changes them.
    published_count = models.PositiveIntegerField("réponses publiées", default=0, editable=False)
    # Another one whenever readers see something else on its pages; what they do not see leaves it alone.
    version = models.BigIntegerField(default=new_version, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "question"
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["article", "position"], name="question_order")]

    def __str__(self) -> str:
        return self.text

    def save(self, *args, **kwargs) -> None:
        """Leave the count to `actions.threads`: a form would put back the one it was opened with."""
        if not self._state.adding:
            self.version = new_version()
            columns = {field.name for field in self._meta.concrete_fields if not field.primary_key}
            kwargs.setdefault("update_fields", columns - {"published_count"})
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("question", args=[self.pk])

    @property
    def mode(self) -> str:
        """The moderation mode in force: the question's own, else its article's, else the site's."""
        return self.moderation or self.article.moderation or settings.FORUM_MODERATION_MODE

    @property
    def is_open(self) -> bool:
        now = timezone.now()
        return (
            self.mode != ModerationMode.CLOSED
            and (self.opens_at is None or self.opens_at <= now)
            and (self.closes_at is None or now < self.closes_at)
        )
