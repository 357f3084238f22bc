"""The moderators' room: the queue, decisions and their undoing, one answer's file, the journal."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from forum.actions.cases import release_cases, take_cases
from forum.actions.errors import Conflict
from forum.actions.moderation import Outcome, decide, newest_decision, undo
from forum.casefiles import CaseFile, case_files_of, conflict_files, reason_groups
from forum.forms.moderation import DecisionForm, JournalFilter, QueueFilter
from forum.models import Answer, Decision, Reason, Revision
from forum.text.numbers import whole_number

from .guards import moderators_only
from .keys import page_by_id
from .own import usual_wait
from .queue import PER_PAGE, filter_values, open_cases, queue_page

LAST_DECISIONS = 10
LAST_DECISIONS_AGE = timedelta(hours=12)
JOURNAL_PER_PAGE = 50
Verb = Decision.Verb
BULK_VERBS = [Verb.PUBLISH, Verb.RETURN, Verb.REFUSE, Verb.KEEP, Verb.WITHDRAW]
JOURNAL_LOOKUPS = {
    "decision": "verb",
    "motif": "reason",
    "question": "answer__question",
    "depuis": "created_at__date__gte",
    "jusqu_a": "created_at__date__lte",
}


@moderators_only
@require_safe
def moderation_queue(request: HttpRequest) -> HttpResponse:
    return _queue(request)


def _queue(request: HttpRequest, status: int = 200, **more) -> HttpResponse:
    form = QueueFilter(request.GET)
    wanted = filter_values(form)
    context = {
        "filter": form,
        "page": queue_page(request.user, wanted, request.GET.get("apres")),
        "asked": _asked(request),
        "bulk_reasons": reason_groups(BULK_VERBS, Reason.objects.offered()),
        "bulk_verbs": BULK_VERBS,
        "known": newest_decision(),
        "last_decisions": _last_decisions(request.user),
        "usual_wait": usual_wait(),
    }
    return render(request, "forum/moderation/queue.html", context | more, status=status)


def _asked(request: HttpRequest) -> str:
    """The filter as it stands in the address, to come back to the same queue."""
    return urlencode([(name, value) for name, value in request.GET.items() if value and name != "apres"])


def _last_decisions(member) -> list[Decision]:
    """What the moderator may want to take back."""
    since = timezone.now() - LAST_DECISIONS_AGE
    newer = Decision.objects.filter(answer=OuterRef("answer"), pk__gt=OuterRef("pk"))
    own = member.decisions.filter(~Exists(newer), created_at__gte=since).exclude(verb__in=[Verb.UNDO, Verb.DELETE])
    return list(own.select_related("answer__author").order_by("-pk")[:LAST_DECISIONS])


@moderators_only
@require_POST
def moderation_take(request: HttpRequest) -> HttpResponse:
    """Keep the next cases of the queue for oneself, or give all of them back."""
    if "release" in request.POST:
        release_cases(request.user)
        return _back(request)
    wanted = filter_values(QueueFilter(request.GET)) | {"qui": ""}
    order = ["-risk", "pk"] if wanted.get("tri") == "risque" else ["pk"]
    next_ones = open_cases(request.user, wanted).free().order_by(*order).values_list("pk", flat=True)[:PER_PAGE]
    if not take_cases(request.user, list(next_ones)):
        messages.info(request, "Il n’y a aucun dossier libre à prendre.")
    return redirect(f"{reverse('moderation_queue')}?qui=moi")


def _back(request: HttpRequest) -> HttpResponse:
    """Where the form stood: the file of one answer, or the queue with its filter."""
    answer = whole_number(request.GET.get("reponse"))
    if answer:
        return redirect("moderation_answer", answer)
    asked = _asked(request)
    return redirect(reverse("moderation_queue") + (f"?{asked}" if asked else ""))


@moderators_only
@require_POST
def moderation_decide(request: HttpRequest) -> HttpResponse:
    """Decide about one answer or many. Without a reason where one is needed, ask for it."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _incomplete_case(request, form) if request.htmx else _reason_page(request, form)
    outcome = decide(by=request.user, **form.cleaned_data)
    if request.htmx:
        return _decided_fragment(request, form, outcome)
    if outcome.decisions:
        messages.success(request, _what_was_done(outcome.decisions))
    if outcome.conflicts:
        return _conflict_page(request, form.cleaned_data["seen"], outcome.conflicts)
    return _back(request)


def _reason_page(request: HttpRequest, form: DecisionForm) -> HttpResponse:
    seen = form.cleaned_data.get("seen", [])
    answers = (
        Answer.objects.filter(pk__in=Revision.objects.filter(pk__in=seen).values("answer"))
        .select_related("author", "latest")
        .order_by("pk")
    )
    context = {"form": form, "answers": answers[:PER_PAGE], "seen": seen, "query": request.GET.urlencode()}
    return render(request, "forum/moderation/reason.html", context, status=422)


def _incomplete_case(request: HttpRequest, form: DecisionForm) -> HttpResponse:
    """The case again, with what it lacks said at its head and the note kept."""
    seen = form.cleaned_data.get("seen", [])[:1]
    files = case_files_of(Answer.objects.filter(latest__in=seen).values("pk"))
    if not files:
        raise Http404
    (file,) = files
    file.what_happened = " ".join(message for messages in form.errors.values() for message in messages)
    said = {"note": form.data.get("note", ""), "in_queue": True, "incomplete": True}
    context = _case_context(request, file) | said
    return render(request, "forum/moderation/_case.html", context, status=422)


def _what_was_done(decisions: list[Decision]) -> str:
    if len(decisions) == 1:
        return f"Réponse {decisions[0].done}."
    return f"{len(decisions)} réponses {decisions[0].done_to_many}."


def _decided_fragment(request: HttpRequest, form: DecisionForm, outcome: Outcome) -> HttpResponse:
    if outcome.conflicts:
        (file,) = conflict_files(outcome.conflicts[:1], form.cleaned_data["seen"])
        context = _case_context(request, file) | {"in_queue": True}
        return render(request, "forum/moderation/_case.html", context, status=409)
    context = {"decision": outcome.decisions[0] if outcome.decisions else None, "query": request.GET.urlencode()}
    return render(request, "forum/moderation/_decided.html", context)


def _case_context(request: HttpRequest, file: CaseFile) -> dict:
    return {
        "file": file,
        "known": newest_decision(),
        "query": request.GET.urlencode(),
    }


def _conflict_page(request: HttpRequest, seen: list[int], conflicts: list[Answer]) -> HttpResponse:
    context = {
        "files": conflict_files(conflicts[:PER_PAGE], seen),
        "number": len(conflicts),
        "known": newest_decision(),
        "query": request.GET.urlencode(),
    }
    return render(request, "forum/moderation/conflicts.html", context, status=409)


@moderators_only
@require_POST
def moderation_undo(request: HttpRequest, pk: int) -> HttpResponse:
    decision = get_object_or_404(Decision.objects.select_related("answer"), pk=pk)
    try:
        undoing = undo(by=request.user, decision=decision)
    except Conflict as error:
        messages.error(request, error.message)
        return _answer_page(request, decision.answer_id, status=409)
    messages.success(request, f"Décision annulée : la réponse est de nouveau {undoing.get_to_state_display()}.")
    return _back(request)


@moderators_only
@require_safe
def moderation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    return _answer_page(request, pk)


def _answer_page(request: HttpRequest, pk: int, status: int = 200) -> HttpResponse:
    """The file of one answer: its texts, what was decided, what was reported."""
    files = case_files_of([pk])
    if not files:
        raise Http404
    (file,) = files
    answer = file.answer
    context = _case_context(request, file) | {
        "query": f"reponse={pk}",
        "revisions": answer.revisions.order_by("-pk"),
        "decisions": answer.decisions.select_related("by", "reason", "undoes").order_by("-pk"),
        "reports": answer.reports.select_related("by", "reason", "settled_by").order_by("-pk"),
    }
    return render(request, "forum/moderation/answer.html", context, status=status)


@moderators_only
@require_safe
def moderation_journal(request: HttpRequest) -> HttpResponse:
    """Every decision, newest first."""
    form = JournalFilter(request.GET)
    form.is_valid()
    rows = _journal_rows(form.cleaned_data)
    page = page_by_id(rows, request.GET.get("avant"), JOURNAL_PER_PAGE)
    asked = urlencode([(name, value) for name, value in request.GET.items() if value and name != "avant"])
    return render(request, "forum/moderation/journal.html", {"filter": form, "page": page, "asked": asked})


def _journal_rows(wanted: dict) -> QuerySet[Decision]:
    rows = Decision.objects.select_related("by", "reason", "answer__author", "answer__question__article")
    if wanted.get("par"):
        rows = rows.filter(by=wanted["par"])
    elif not wanted.get("automate"):
        rows = rows.exclude(by=None)
    for name, lookup in JOURNAL_LOOKUPS.items():
        if wanted.get(name):
            rows = rows.filter(**{lookup: wanted[name]})
    return rows
