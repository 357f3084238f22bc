"""Answers: write, reply, edit, delete, report, and the list of one's own."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from forum.actions import answers as actions
from forum.actions.answers import why_no_edit, why_not
from forum.actions.errors import ActionError, Conflict, LimitReached, NotAllowed, NothingNew
from forum.actions.reports import report_answer
from forum.forms.answers import AnswerForm, EditForm, ReportForm
from forum.models import Answer, Question, Report
from forum.models.asked import find_asked, find_parent
from forum.permissions import may_answer, may_delete, may_edit, may_report
from forum.text.render import render as render_text

from .box_sheets import box_page
from .boxes import Box, what_happens_next
from .own import edit_words, last_words, replied_to, usual_wait
from .parked import forget, park, parked_text

STATUS = {NotAllowed: 403, Conflict: 409, NothingNew: 422, LimitReached: 429}
LOG_IN_FIRST = "Votre texte est gardé. Connectez-vous ou créez un compte pour l’envoyer : il vous attendra ici."


@require_http_methods(["GET", "HEAD", "POST"])
def answer_create(request: HttpRequest, pk: int) -> HttpResponse:
    return _write(request, Question(pk=pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
def reply_create(request: HttpRequest, pk: int) -> HttpResponse:
    parent = find_parent(pk)
    if parent is None:
        return _gone(request)
    return _write(request, Question(pk=parent.question_id), parent)


def _gone(request: HttpRequest) -> HttpResponse:
    """404, the same for what is hidden and what is unknown, but with the text that was written."""
    if request.method != "POST":
        raise Http404
    return render(request, "forum/answers/gone.html", {"form": AnswerForm(request.POST)}, status=404)


def _write(request: HttpRequest, asked: Question, reply_to: Answer | None) -> HttpResponse:
    """`asked` is the question by its id alone: only a page that shows it has to find it first."""
    if request.method != "POST":
        return _empty_box(request, asked, reply_to)
    form, error = AnswerForm(request.POST), None
    if form.is_valid() and "preview" not in request.POST and request.user.is_authenticated:
        text, key = form.cleaned_data["text"], form.cleaned_data["key"]
        try:
            answer = actions.post_answer(author=request.user, question=asked, reply_to=reply_to, text=text, key=key)
        except Question.DoesNotExist:
            return _gone(request)
        except ActionError as refusal:
            actions.keep_draft(author=request.user, question=asked, reply_to=reply_to, text=text)
            error = refusal
        else:
            forget(request, Box(asked, reply_to).place)
            _say_what_became_of(request, answer, key)
            return HttpResponseClientRedirect(answer.get_absolute_url()) if request.htmx else redirect(answer)
    question = Question.objects.select_related("article").filter(pk=asked.pk).first()
    if question is None:
        return _gone(request)
    return _shown(request, Box(question, reply_to, form), error)


def _empty_box(request: HttpRequest, question: Question, reply_to: Answer | None) -> HttpResponse:
    asked = find_asked(question.pk, request.user.pk, reply_to and reply_to.pk)
    if asked is None:
        raise Http404
    return HttpResponse(box_page(request, asked, reply_to))


def _shown(request: HttpRequest, box: Box, error: ActionError | None) -> HttpResponse:
    """The box, for whatever did not end in an answer."""
    if error:
        return _refused(request, box, error)
    if not box.form.is_valid():
        return _box_page(request, box, status=422)
    text = box.form.cleaned_data["text"]
    if "preview" in request.POST:
        box.preview = render_text(text)
        return _box_page(request, box)
    return _log_in_first(request, box, text)


def _log_in_first(request: HttpRequest, box: Box, text: str) -> HttpResponse:
    """A visitor is asked for an account only where one would let him send his text."""
    if not box.question.is_open:
        return _refused(request, box, NotAllowed(why_not(request.user, box.question)))
    park(request, box.place, text)
    box.form.add_error(None, LOG_IN_FIRST)
    return _box_page(request, box, status=403)


def _box_page(request: HttpRequest, box: Box, status: int = 200) -> HttpResponse:
    template = "forum/answers/_form.html" if request.htmx else "forum/answers/form.html"
    may_log_in = request.user.is_anonymous and box.question.is_open
    context = {
        "box": box,
        "form": box.form,
        "question": box.question,
        "may_log_in": may_log_in,
        "may_send": may_log_in or may_answer(request.user, box.question),
        "next_step": what_happens_next(request.user, box.question),
    }
    return render(request, template, context, status=status)


def _refused(request: HttpRequest, box: Box, error: ActionError) -> HttpResponse:
    box.form.add_error(None, f"{error.message} Votre texte est gardé.")
    if isinstance(error, Conflict):
        box.form.renew_key()
    response = _box_page(request, box, status=STATUS[type(error)])
    if isinstance(error, LimitReached):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _say_what_became_of(request: HttpRequest, answer: Answer, key: UUID) -> None:
    """The message also tells the browser, by the form's key, that it may forget its draft."""
    if answer.waits:
        wait = usual_wait()
        usually = f" Délai habituel : {wait}." if wait else ""
        arrived = f"Votre texte est arrivé et sera relu avant publication.{usually}"
        messages.info(request, arrived, extra_tags=str(key))
    else:
        messages.success(request, "Votre réponse est publiée.", extra_tags=str(key))


@require_http_methods(["GET", "HEAD", "POST"])
def answer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    place = f"modifier-{pk}"  # names it among the texts that wait for a log-in
    if not request.user.is_authenticated:
        return _log_in_to_edit(request, place)
    own = Answer.objects.of(request.user).select_related("question__article", "latest", "reply_to__author")
    answer = own.filter(pk=pk).first()
    if answer is None:
        return _gone(request)
    if request.method != "POST":
        text = parked_text(request, place) or answer.latest.text
        return _edit_page(request, answer, EditForm(initial={"text": text, "seen": answer.latest_id}))
    form = EditForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, answer, form, status=422)
    if "preview" in request.POST:
        return _edit_page(request, answer, form, preview=render_text(form.cleaned_data["text"]))
    try:
        answer = actions.edit_answer(author=request.user, answer=answer, **form.cleaned_data)
    except ActionError as error:
        return _edit_refused(request, answer, form, error)
    forget(request, place)
    _say_what_became_of(request, answer, form.cleaned_data["key"])
    return redirect(answer)


def _log_in_to_edit(request: HttpRequest, place: str) -> HttpResponse:
    """To the log-in; a text that was sent after the session had ended waits for its author."""
    if request.method != "POST" or not request.POST.get("text"):
        return redirect_to_login(request.get_full_path())
    form = EditForm(request.POST)
    if form.is_valid():
        park(request, place, form.cleaned_data["text"])
    return render(request, "forum/answers/log_in_to_edit.html", {"form": form}, status=403)


def _edit_refused(request: HttpRequest, answer: Answer, form: EditForm, error: ActionError) -> HttpResponse:
    form.add_error(None, f"{error.message} Votre texte est toujours dans le cadre.")
    if isinstance(error, Conflict):
        form.renew_key()
    answer.refresh_from_db()
    response = _edit_page(request, answer, form, status=STATUS[type(error)])
    if isinstance(error, LimitReached):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _edit_page(
    request: HttpRequest, answer: Answer, form: EditForm, status: int = 200, preview: str = ""
) -> HttpResponse:
    context = {
        "answer": answer,
        "words": edit_words(answer),
        "replies_to": replied_to(answer, request.user),
        "form": form,
        "question": answer.question,
        "preview": preview,
        "may_send": may_edit(request.user, answer),
        "seen": answer.latest_id,
        "next_step": what_happens_next(request.user, answer.question, mended=answer),
        "why_not": why_no_edit(request.user, answer),
        "last_word": last_words([answer]).get(answer.pk),
    }
    if status == 200 and not context["may_send"]:
        status = 403
    return render(request, "forum/answers/edit.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_delete(request: HttpRequest, pk: int) -> HttpResponse:
    own = Answer.objects.filter(author=request.user).select_related("question__article", "latest")
    answer = get_object_or_404(own, pk=pk)
    if request.method != "POST":
        if not may_delete(request.user, answer):
            raise Http404
        return render(request, "forum/answers/delete.html", {"answer": answer, "question": answer.question})
    with suppress(NotAllowed):  # gone already, by the same click a moment before
        actions.delete_answer(author=request.user, answer=answer)
    messages.success(request, "Votre réponse est supprimée.")
    return redirect(answer.question)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_report(request: HttpRequest, pk: int) -> HttpResponse:
    published = Answer.objects.published().select_related("question__article", "author", "revision")
    answer = get_object_or_404(published, pk=pk)
    form = ReportForm(request.POST or None)
    context = {"answer": answer, "form": form, "question": answer.question}
    if not may_report(request.user, answer):
        return render(request, "forum/answers/report.html", context | {"form": None}, status=403)
    earlier = Report.objects.filter(revision=answer.revision, by=request.user).select_related("settled_by").first()
    if earlier is not None:
        return _reported_before(request, answer, earlier)
    if request.method != "POST":
        return render(request, "forum/answers/report.html", context)
    if not form.is_valid():
        return render(request, "forum/answers/report.html", context, status=422)
    try:
        report_answer(by=request.user, answer=answer, **form.cleaned_data)
    except NotAllowed as error:  # taken off while the reader wrote
        messages.info(request, error.message)
        return redirect(answer.question)
    messages.success(request, "Merci : la modération va relire cette réponse.")
    return redirect(answer)


def _reported_before(request: HttpRequest, answer: Answer, report: Report) -> HttpResponse:
    """Once per version: whoever comes back reads what became of his report."""
    settled = "elle l’a relue et maintenue" if report.settled_by else "elle va la relire"
    messages.info(request, f"Vous avez déjà signalé cette réponse à la modération : {settled}.")
    return redirect(answer)
