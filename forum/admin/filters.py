"""The filters beside the lists: each asks one question in the moderators' words."""

from datetime import datetime

from django.conf import settings
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest
from django.utils import timezone

from forum.models import Article, Case, Finding, Member, ModerationMode, Question, Report, Role
from forum.text.numbers import whole_number
from forum.text.render import plain

ARTICLES_OFFERED = 30
BY_SCREENING = "controle"


class WaitingFilter(admin.SimpleListFilter):
    title = "dossier"
    parameter_name = "dossier"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [("ouvert", "ouvert\u202f: à décider"), ("clos", "rien à décider")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        is_open = Exists(Case.objects.open().filter(answer=OuterRef("pk")))
        if self.value() == "ouvert":
            return queryset.filter(is_open)
        return queryset.exclude(is_open) if self.value() == "clos" else queryset

    def chosen(self, before: int | None) -> QuerySet | None:
        """The answers by the cases alone, newest first, where these are few: see `KeyedChangeList`."""
        return _answers_of(Case.objects.open(), before) if self.value() == "ouvert" else None


class ReportedFilter(admin.SimpleListFilter):
    title = "signalement"
    parameter_name = "signalee"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [("a_regler", "à régler"), ("reglee", "réglé"), ("jamais", "aucun")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        reports = Report.objects.filter(answer=OuterRef("pk"))
        if self.value() == "a_regler":
            return queryset.filter(Exists(reports.filter(settled_by=None)))
        if self.value() == "reglee":
            return queryset.filter(Exists(reports), ~Exists(reports.filter(settled_by=None)))
        return queryset.filter(~Exists(reports)) if self.value() == "jamais" else queryset

    def chosen(self, before: int | None) -> QuerySet | None:
        """The answers by the reports alone, newest first."""
        return _answers_of(Report.objects.filter(settled_by=None), before) if self.value() == "a_regler" else None


def _answers_of(rows: QuerySet, before: int | None) -> QuerySet:
    rows = rows.filter(answer__lt=before) if before else rows
    return rows.order_by("-answer_id").values_list("answer_id", flat=True).distinct()


class FindingFilter(admin.SimpleListFilter):
    title = "motif de relecture"
    parameter_name = "motif"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return Finding.Check.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        found = Finding.objects.filter(revision=OuterRef("latest"), check_name=self.value())
        return queryset.filter(Exists(found))


class ModeFilter(admin.SimpleListFilter):
    """The mode in force, as `Question.mode` reads it: the question's, the article's, the site's."""

    title = "modération de la question"
    parameter_name = "mode"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return ModerationMode.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        mode = Coalesce(
            NullIf("question__moderation", Value("")),
            NullIf("question__article__moderation", Value("")),
            Value(settings.FORUM_MODERATION_MODE),
        )
        return queryset.alias(mode=mode).filter(mode=self.value())


class ArticleFilter(admin.SimpleListFilter):
    """The newest articles; an older one is found from its own page."""

    title = "article"
    parameter_name = "article"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        newest = Article.objects.order_by("-pk").values_list("pk", "title")[:ARTICLES_OFFERED]
        return [(str(pk), plain(title, 60)) for pk, title in newest]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        pk = whole_number(self.value())
        return queryset.filter(question__article=pk) if pk else queryset


class QuestionFilter(admin.SimpleListFilter):
    """The questions of the article that was chosen."""

    title = "question"
    parameter_name = "question"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        article, chosen = whole_number(request.GET.get("article")), whole_number(request.GET.get("question"))
        questions = Question.objects.filter(Q(article=article) | Q(pk=chosen))
        return [(str(pk), plain(text, 80)) for pk, text in questions.values_list("pk", "text")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        pk = whole_number(self.value())
        return queryset.filter(question=pk) if pk else queryset


class DecidedByFilter(admin.SimpleListFilter):
    title = "auteur de la décision"
    parameter_name = "par"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        staff = Member.objects.exclude(role=Role.READER).order_by("username").values_list("pk", "username")
        return [(BY_SCREENING, "contrôle automatique"), *((str(pk), name) for pk, name in staff)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == BY_SCREENING:
            return queryset.filter(by=None)
        pk = whole_number(self.value())
        return queryset.filter(by=pk) if pk else queryset


class AccountStateFilter(admin.SimpleListFilter):
    title = "état du compte"
    parameter_name = "etat"
    CHOICES = {
        "relu": ("toujours relu", lambda now: Q(is_held=True)),
        "suspendu": ("suspendu", lambda now: Q(suspended_until__gt=now)),
        "exclu": ("exclu", lambda now: Q(is_active=False)),
        "libre": (
            "sans mesure",
            lambda now: Q(is_held=False, is_active=True) & (Q(suspended_until=None) | Q(suspended_until__lte=now)),
        ),
    }

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.CHOICES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in self.CHOICES:
            return queryset
        now: datetime = timezone.now()
        return queryset.filter(self.CHOICES[self.value()][1](now))
