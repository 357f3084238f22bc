"""The lists that moderators tend: reasons and blocked phrases."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from forum.text.matching import normalise

from .statements import Statement


class ReasonQuerySet(models.QuerySet["Reason"]):
    def offered(self) -> "ReasonQuerySet":
        return self.filter(is_offered=True)

    def against(self) -> "ReasonQuerySet":
        """What is held against a text: these are the rules of the forum, and what a report can say."""
        return self.filter(in_favour=False)


class Reason(models.Model):
    """Why a text is turned down, reported, or let stand after all: a list that moderators tend."""

    code = models.SlugField("code", max_length=30, unique=True)
    label = models.CharField("intitulé", max_length=80)
    explanation = models.TextField(
        "explication pour l’auteur",
        help_text="Une ou deux phrases : ce qui ne va pas, ou pourquoi le texte a sa place ici.",
    )
    remedy = models.TextField(
        "remède",
        blank=True,
        help_text="Ce que l’auteur peut corriger : dit seulement quand son texte lui est rendu.",
    )
    in_favour = models.BooleanField(
        "en faveur du texte",
        default=False,
        help_text="Coché : pour maintenir, rétablir ou publier finalement. "
        "Sinon : pour rendre, refuser, retirer ou signaler.",
    )
    position = models.PositiveSmallIntegerField("rang", default=1)
    is_offered = models.BooleanField("proposé", default=True)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = "motif"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label


class BlockedPhraseManager(models.Manager["BlockedPhrase"]):
    def normalised(self) -> list[str]:
        """All of them, as they are compared."""
        return [phrase for (phrase,) in NORMALISED.rows()]


NORMALISED = Statement(lambda: BlockedPhrase.objects.order_by("phrase").values_list("normalised"))


class BlockedPhrase(models.Model):
    """A word or phrase that holds the texts it stands in."""

    phrase = models.CharField("mot ou expression", max_length=100)
    # What is compared: see `forum.text.matching.normalise`.
    normalised = models.CharField(max_length=400, unique=True, editable=False)
    note = models.CharField("remarque", max_length=200, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="par",
    )
    added_at = models.DateTimeField("ajouté le", default=timezone.now, editable=False)

    objects = BlockedPhraseManager()

    class Meta:
        verbose_name = "expression bloquée"
        verbose_name_plural = "expressions bloquées"
        ordering = ["phrase"]

    def __str__(self) -> str:
        return self.phrase

    def save(self, *args, **kwargs) -> None:
        self.normalised = normalise(self.phrase)
        super().save(*args, **kwargs)
