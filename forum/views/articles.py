"""The front page and the articles."""

import re

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from forum.models import Answer, Article, Question
from forum.models.asked import BEGINNING
from forum.text.render import opening, render_article, render_inline
from forum.text.typography import french

from .rows import Excerpt, excerpt_of

ARTICLES_PER_PAGE = 20
# Of an article without a lead its beginning is shown: so many characters.
OPENING = 300
ARTICLE_KEY = re.compile(r"[1-9][0-9]{0,17}")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The articles, newest first, each with its questions; paged by the article's number."""
    articles = Article.objects.defer("body", "sources").prefetch_related("questions")
    articles = articles.annotate(beginning=Left("body", BEGINNING))
    key = request.GET.get("avant", "")
    if ARTICLE_KEY.fullmatch(key):
        articles = articles.filter(pk__lt=int(key))
    found = list(articles[: ARTICLES_PER_PAGE + 1])
    teasers = [
        (
            article,
            french(article.lead) or opening(article.beginning, OPENING),
            article.questions.all(),
            sum(question.published_count for question in article.questions.all()),
        )
        for article in found[:ARTICLES_PER_PAGE]
    ]
    return render(
        request,
        "forum/articles/home.html",
        {
            "teasers": teasers,
            "is_first_page": not key,
            "older": found[ARTICLES_PER_PAGE - 1].pk if len(found) > ARTICLES_PER_PAGE else None,
        },
    )


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    return render(
        request,
        "forum/articles/page.html",
        {
            "article": article,
            "lead": render_article(article.lead),
            "text": render_article(article.body),
            "sources": [render_inline(line) for line in article.sources.splitlines() if line.strip()],
            "questions": _with_latest_answers(article.questions.all()),
        },
    )


def _with_latest_answers(questions: QuerySet[Question]) -> list[tuple[Question, list[Excerpt]]]:
    """Each question with the two newest of its published answers, replies left out; two queries in all."""
    newest = Answer.objects.in_thread(OuterRef("pk")).published().filter(reply_to=None).newest_first()
    asked = list(
        questions.annotate(
            newest=Subquery(newest.values("pk")[:1]),
            second_newest=Subquery(newest.values("pk")[1:2]),
        )
    )
    shown = (
        Answer.objects.published()
        .with_byline()
        .in_bulk([pk for question in asked for pk in (question.newest, question.second_newest) if pk])
    )
    return [
        (question, [excerpt_of(shown[pk]) for pk in (question.newest, question.second_newest) if pk in shown])
        for question in asked
    ]
