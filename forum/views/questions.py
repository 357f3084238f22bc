"""A question and its thread."""

from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from forum.models import Answer, ModerationMode, Question
from forum.permissions import may_answer, may_moderate
from forum.text.render import opening, render_article
from forum.text.times import day_and_hour

from .articles import BEGINNING, OPENING
from .boxes import empty_box, what_happens_next
from .threads import page_of, thread_page

LONG_QUESTION = 140  # characters: above, the question is set in a smaller size
MODE_WORDS = {
    ModerationMode.BEFORE: "Chaque réponse est relue avant de paraître.",
    ModerationMode.FIRST_ANSWERS: "Les premières réponses de chacun sont relues avant de paraître.",
    ModerationMode.AFTER: "Les réponses paraissent aussitôt. La modération intervient ensuite, sur signalement.",
    ModerationMode.CLOSED: "Personne ne peut plus répondre ici.",
}


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    questions = Question.objects.select_related("article").defer("article__body", "article__sources")
    question = get_object_or_404(questions.annotate(beginning=Left("article__body", BEGINNING)), pk=pk)
    page = thread_page(question, request.user, request.GET)
    response = render(
        request,
        "forum/questions/page.html",
        {
            "question": question,
            "is_long": len(question.text) > LONG_QUESTION,
            "lead": render_article(question.article.lead or opening(question.beginning, OPENING)),
            "opening": _opening(question),
            "mode_words": MODE_WORDS[question.mode],
            "page": page,
            **_box(request, question),
        },
    )
    turns = [turn for turn in (question.opens_at, question.closes_at) if turn and turn > timezone.now()]
    response.fresh_until = min([page.fresh_until, *turns])  # for `forum.kept_pages`
    return response


def _box(request: HttpRequest, question: Question) -> dict:
    """The box at the end of the thread, for who may write in it; others find their way by a link."""
    if request.user.is_anonymous:
        return {}
    if not question.is_open:
        return {"kept_text": request.user.drafts.filter(question=question, reply_to=None).exists()}
    next_step = what_happens_next(request.user, question)
    if not may_answer(request.user, question):
        return {"why_closed": next_step}
    return {"box": empty_box(request, question), "next_step": next_step}


@require_safe
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The lasting address of an answer: it leads to the page of the thread where the answer stands."""
    answer = get_object_or_404(Answer.objects.visible_to(request.user).select_related("question"), pk=pk)
    if may_moderate(request.user) and not answer.is_published and answer.author_id != request.user.pk:
        return redirect("moderation_answer", pk=answer.pk)
    return redirect(f"{answer.question.get_absolute_url()}{page_of(answer)}#reponse-{answer.pk}")


def _opening(question: Question) -> str:
    """Whether one may answer, and until when."""
    now = timezone.now()
    if question.mode == ModerationMode.CLOSED:
        return "Fermée"
    if question.opens_at and question.opens_at > now:
        return f"Ouvre le {day_and_hour(question.opens_at, now)}"
    if question.closes_at and question.closes_at <= now:
        return f"Fermée depuis le {day_and_hour(question.closes_at, now)}"
    if question.closes_at:
        return f"Ouverte jusqu’au {day_and_hour(question.closes_at, now)}"
    return "Ouverte"
