"""A question and its thread."""

import uuid
from datetime import datetime

from django.contrib.messages import get_messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from forum.context_processors import come_back
from forum.models import Answer, Question
from forum.models.asked import Asked, find_asked
from forum.permissions import may_answer, may_moderate
from forum.templatetags.forum import counted

from .boxes import Box, what_happens_next
from .parked import parked_text
from .sheets import Place, sheet
from .threads import page_of, thread_page


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    asked = find_asked(pk, request.user.pk)
    if asked is None:
        raise Http404
    page = thread_page(asked.question, request.user, request.GET)
    place = _place(request.user, asked)
    html = sheet(request.user, asked, page, place).filled(
        rows=page.rows,
        earlier=page.earlier,
        later=page.later,
        count=counted(asked.question.published_count, "publiée,publiées"),
        messages=_messages(request),
        comeback=come_back(request),
        name=request.user.username,
        member=str(request.user.pk),
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
    kept = parked_text(request, Box(asked.question, None).place) or asked.draft
    return {"csrf": get_token(request), "key": str(uuid.uuid4()), "text": kept}


def _messages(request: HttpRequest) -> str:
    said = get_messages(request)
    return render_to_string("_messages.html", {"messages": said}) if len(said) else ""


def _turns(question: Question) -> list[datetime]:
    """When the question opens or closes, if that is to come."""
    return [turn for turn in (question.opens_at, question.closes_at) if turn and turn > timezone.now()]


@require_safe
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The lasting address of an answer: it leads to the page of the thread where the answer stands."""
    answer = get_object_or_404(Answer.objects.visible_to(request.user).select_related("question"), pk=pk)
    if may_moderate(request.user) and not answer.is_published and answer.author_id != request.user.pk:
        return redirect("moderation_answer", pk=answer.pk)
    return redirect(f"{answer.question.get_absolute_url()}{page_of(answer)}#reponse-{answer.pk}")
