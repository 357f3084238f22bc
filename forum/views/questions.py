"""A question and its thread."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from forum.models import Question
from forum.models.asked import Asked, find_asked
from forum.models.threads import find_place
from forum.permissions import may_answer, may_moderate
from forum.templatetags.forum import counted

from .box_sheets import fill_box
from .boxes import Box, what_happens_next
from .sheets import Place, fill_surroundings, sheet
from .threads import page_of, thread_page


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    asked = find_asked(pk, request.user.pk)
    if asked is None:
        raise Http404
    page = thread_page(asked, request.user, request.GET)
    place = _place(request.user, asked)
    html = sheet(request.user, asked, page, place).filled(
        rows=page.rows,
        earlier=page.earlier,
        later=page.later,
        count=counted(asked.question.published_count, "publiée,publiées"),
        **fill_surroundings(request),
        **(_of_box(request, asked) if place.is_box else {}),
    )
    response = HttpResponse(html)
    response.fresh_until = min([page.fresh_until, *_turns(asked.question)])  # for `forum.kept_pages`
    return response


def _place(user, asked: Asked) -> Place:
    """The box at the end of the thread, for who may write in it; others find their way by a link."""
    if user.is_anonymous:
        return Place()
    if not asked.question.is_open:
        return Place(is_text_kept=bool(asked.draft))
    next_step = what_happens_next(user, asked.question, published=asked.published)
    if not may_answer(user, asked.question):
        return Place(why_closed=next_step)
    return Place(is_box=True, next_step=next_step)


def _of_box(request: HttpRequest, asked: Asked) -> dict[str, str]:
    return fill_box(request, Box(asked.question, None).kept_text(request, asked.draft))


def _turns(question: Question) -> list[datetime]:
    """When the question opens or closes, if that is to come."""
    return [turn for turn in (question.opens_at, question.closes_at) if turn and turn > timezone.now()]


@require_safe
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The lasting address of an answer: it leads to the page of the thread where the answer stands."""
    answer = find_place(pk, request.user)
    if answer is None:
        raise Http404
    if may_moderate(request.user) and not answer.is_published and answer.author_id != request.user.pk:
        return redirect("moderation_answer", pk=answer.pk)
    thread = reverse("question", args=[answer.question_id])
    return redirect(f"{thread}{page_of(answer)}#reponse-{answer.pk}")
