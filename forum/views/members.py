"""A member's own pages: what he wrote, and what he was told."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from forum.actions.answers import why_suspended
from forum.actions.notifications import mark_read
from forum.models import Answer, Notification
from forum.models.answers import State
from forum.permissions import may_delete, may_edit

from .keys import page_by_id
from .own import edit_words, last_words, replied_to, usual_wait, why_held

PER_PAGE = 20


@login_required
@require_safe
def my_answers(request: HttpRequest) -> HttpResponse:
    """All that the member ever wrote, whatever became of it: what he deleted is still his to read."""
    own = request.user.answers.select_related("question__article", "latest", "revision", "reply_to__author")
    page = page_by_id(own, request.GET.get("avant"), PER_PAGE)
    said, held = last_words(_not_deleted(page.rows)), why_held(page.rows)
    for answer in page.rows:
        answer.last_word = said.get(answer.pk)
        answer.why_held = held.get(answer.latest_id, "")
        answer.replies_to = replied_to(answer, request.user)
        answer.edit_link = edit_words(answer).link if may_edit(request.user, answer) else ""
        answer.can_be_deleted = may_delete(request.user, answer)
    context = {"page": page, "usual_wait": usual_wait() if any(a.waits for a in page.rows) else ""}
    if request.user.is_suspended:
        context["suspension"] = why_suspended(request.user)
    return render(request, "forum/members/answers.html", context)


def _not_deleted(answers: list[Answer]) -> list[Answer]:
    """Without the deleted: what moderators said of a text is of no more use once its author gave it up."""
    return [answer for answer in answers if answer.state != State.DELETED]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """The notices; "tout marquer comme lu" is a POST, since looking changes nothing."""
    if request.method == "POST":
        mark_read(request.user)
    notices = Notification.objects.shown_to(request.user)
    page = page_by_id(notices, request.GET.get("avant"), PER_PAGE)
    return render(request, "forum/members/notifications.html", {"page": page})
