"""Articles with their questions, for editors."""

from django.contrib import admin
from django.db.models import Count, Field, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import Field as FormField
from django.forms import SplitDateTimeField
from django.http import HttpRequest
from django.utils.text import capfirst

from forum.forms.admin import ArticleForm, QuestionForm, QuestionFormSet
from forum.models import Answer, Article, Question
from forum.text.times import partial, relative

from .base import KeptWhileUsedAdmin


class QuestionInline(admin.StackedInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    template = "admin/forum/article/questions.html"
    extra = 1
    verbose_name_plural = "questions finales"
    fields = ["position", "text", "moderation", "opens_at", "closes_at"]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **options) -> FormField:
        """Django's pair of boxes for a moment has one label for both: say of each which it is."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if isinstance(field, SplitDateTimeField):
            date, time = field.widget.widgets
            date.attrs["aria-label"] = f"{capfirst(db_field.verbose_name)}\u202f: jour"
            time.attrs["aria-label"] = f"{capfirst(db_field.verbose_name)}\u202f: heure"
        return field


class ArticleAdmin(KeptWhileUsedAdmin):
    form = ArticleForm
    add_label = "Ajouter un article"
    inlines = [QuestionInline]
    list_display = ["title", "date", "language", "mode", "questions_number", "added"]
    list_filter = ["moderation", "language"]
    search_fields = ["title", "lead", "questions__text"]
    search_help_text = "Un mot du titre, du chapeau ou d’une question."
    date_hierarchy = "added_at"
    ordering = ["-pk"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        questions = Question.objects.filter(article=OuterRef("pk")).order_by().values("article")
        number = Subquery(questions.annotate(number=Count("pk")).values("number"))
        return super().get_queryset(request).annotate(questions_number=Coalesce(number, 0))

    @admin.display(description="date de l’article", ordering="dated")
    def date(self, article: Article) -> str:
        return partial(article.dated)

    @admin.display(description="modération", ordering="moderation")
    def mode(self, article: Article) -> str:
        return article.get_moderation_display() if article.moderation else "comme le site"

    @admin.display(description="questions", ordering="questions_number")
    def questions_number(self, article: Article) -> int:
        return article.questions_number

    @admin.display(description="ajouté", ordering="pk")
    def added(self, article: Article) -> str:
        return relative(article.added_at)

    def why_kept(self, article: Article) -> str:
        if not Answer.objects.filter(question__article=article).exists():
            return ""
        return (
            "Les questions de cet article ont reçu des réponses\u202f: il ne peut pas être supprimé. "
            "Pour ne plus en recevoir, choisissez la modération «\u202ffermée\u202f»."
        )

    def get_deleted_objects(self, objs, request: HttpRequest) -> tuple[list, dict, set, list]:
        """The article and its questions; drafts that readers keep under them are theirs, and are not listed."""
        questions = Question.objects.filter(article__in=objs)
        counts = {"articles": len(objs), "questions": len(questions)}
        return [*map(str, objs), *map(str, questions)], counts, set(), []
