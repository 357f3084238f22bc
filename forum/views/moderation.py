"""The moderators' room: the queue, decisions and their undoing, one answer's file."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from forum.actions.cases import release_cases, take_cases
from forum.actions.errors import Conflict
from forum.actions.moderation import NEEDS_REASON, Outcome, decide, newest_decision, undo, undo_together
from forum.casefiles import CaseFile, answer_file, case_files_of, reason_groups
from forum.forms.moderation import BULK_VERBS, DecisionForm, QueueFilter, WholeFilterForm, query_of
from forum.models import Answer, Decision, Reason
from forum.outcomes import conflict_files, selection, what, what_was_done
from forum.text.numbers import whole_number

from .bulk import filter_words, found_under, horizon
from .guards import moderators_only
from .own import usual_wait
from .queue import PER_PAGE, filter_values, in_order, last_decisions, open_cases, queue_page

Verb = Decision.Verb


@moderators_only
@require_safe
def moderation_queue(request: HttpRequest) -> HttpResponse:
    form = QueueFilter(request.GET)
    wanted = filter_values(form)
    before = horizon()  # first: what comes in meanwhile may be on the page, but is not taken for seen
    context = {
        "filter": form,
        "page": queue_page(request.user, wanted, request.GET.get("apres")),
        "asked": _asked(request),
        "bulk_reasons": reason_groups(BULK_VERBS, Reason.objects.offered()),
        "bulk_verbs": BULK_VERBS,
        "horizon": before,
        "known": before.known,
        "is_later_page": "apres" in request.GET,
        "last_decisions": last_decisions(request.user),
        "usual_wait": usual_wait(),
    }
    return render(request, "forum/moderation/queue.html", context)


def _asked(request: HttpRequest) -> str:
    """To come back to the same queue."""
    return query_of(QueueFilter(request.GET))


@moderators_only
@require_POST
def moderation_take(request: HttpRequest) -> HttpResponse:
    """Keep the next cases of the queue for oneself, or give all of them back."""
    if "release" in request.POST:
        release_cases(request.user)
        return _back(request)
    wanted = filter_values(QueueFilter(request.GET)) | {"qui": ""}
    free = in_order(open_cases(request.user, wanted).free(), wanted)
    next_ones = free.values_list("pk", flat=True)[:PER_PAGE]
    if not take_cases(request.user, list(next_ones)):
        messages.info(request, "Il n’y a aucun dossier libre à prendre.")
    return redirect(f"{reverse('moderation_queue')}?qui=moi")


def _back(request: HttpRequest, near: int | None = None) -> HttpResponse:
    """Where the form stood: the file of one answer, or the queue with its filter, near a case if it is there."""
    answer = whole_number(request.GET.get("reponse"))
    if answer:
        return redirect("moderation_answer", answer)
    asked = _asked(request)
    place = f"#dossier-{near}" if near else ""
    return redirect(reverse("moderation_queue") + (f"?{asked}" if asked else "") + place)


@moderators_only
@require_POST
def moderation_decide(request: HttpRequest) -> HttpResponse:
    """Decide about one answer or many. Without a reason where one is needed, ask for it."""
    if "whole" in request.POST:
        return _whole_filter(request)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _incomplete_case(request, form) if request.htmx else _reason_page(request, form)
    outcome = decide(by=request.user, **form.cleaned_data)
    if request.htmx:
        return _decided_fragment(request, form, outcome)
    if outcome.decisions:
        messages.success(request, f"{what_was_done(outcome.decisions)}.")
    if outcome.conflicts:
        return _conflict_page(request, outcome.conflicts, form.asked, form.said)
    if not outcome.decisions:
        messages.warning(request, "Rien n’a été décidé : cette réponse n’existe plus.")
    return _back(request)


def _whole_filter(request: HttpRequest) -> HttpResponse:
    """Name all that the filter finds, for the moderator to confirm. Nothing is decided yet."""
    asked, under = WholeFilterForm(request.POST), QueueFilter(request.GET)
    if not asked.is_valid():
        messages.error(request, "Cette sélection n’est pas lisible\u202f: rien n’a été décidé. Recommencez.")
        return _back(request)
    seen_until = dict(asked.cleaned_data)
    known = seen_until.pop("known")
    found = found_under(request.user, filter_values(under), **seen_until)
    if not found.seen:
        messages.info(
            request,
            f"Rien n’a été décidé\u202f: «\u202f{found.verb.label}\u202f» ne s’applique à rien de ce qui est ici.",
        )
        return _back(request)
    context = {
        "found": found,
        "form": DecisionForm(
            initial={"verb": found.verb.value, "known": known, "reason": request.POST.get("reason")}
        ),
        "needs_reason": found.verb in NEEDS_REASON,
        "filter_words": filter_words(under),
        "query": _asked(request),
    }
    return render(request, "forum/moderation/whole_filter.html", context)


def _reason_page(request: HttpRequest, form: DecisionForm) -> HttpResponse:
    context = {"form": form, "query": request.GET.urlencode()}
    if not {"seen", "verb"} & form.errors.keys():
        ticked = selection(form.cleaned_data["verb"], form.cleaned_data["seen"])
        if ticked.others and not ticked.concerned:
            return _conflict_page(request, [text.answer for text in ticked.others], form.asked, form.said)
        context |= {"ticked": ticked, "texts": ticked.concerned[:PER_PAGE]}
    return render(request, "forum/moderation/reason.html", context, status=422)


def _incomplete_case(request: HttpRequest, form: DecisionForm) -> HttpResponse:
    """The case again, with what it lacks said at its head and the note kept."""
    seen = form.cleaned_data.get("seen", [])[:1]
    files = case_files_of(Answer.objects.filter(latest__in=seen).values("pk"))
    if not files:
        raise Http404
    (file,) = files
    file.what_happened = " ".join(message for messages in form.errors.values() for message in messages)
    context = _case_context(request, file) | form.said | {"in_queue": True, "incomplete": True}
    return render(request, "forum/moderation/_case.html", context, status=422)


def _decided_fragment(request: HttpRequest, form: DecisionForm, outcome: Outcome) -> HttpResponse:
    if outcome.conflicts:
        (file,) = conflict_files(outcome.conflicts[:1], by=request.user, **form.asked)
        context = _case_context(request, file) | form.said | {"in_queue": True}
        return render(request, "forum/moderation/_case.html", context, status=409)
    context = {"decision": outcome.decisions[0] if outcome.decisions else None, "query": request.GET.urlencode()}
    return render(request, "forum/moderation/_decided.html", context)


def _case_context(request: HttpRequest, file: CaseFile) -> dict:
    return {
        "file": file,
        "known": newest_decision(),
        "query": request.GET.urlencode(),
    }


def _conflict_page(request: HttpRequest, conflicts: list[Answer], asked: dict, said: dict) -> HttpResponse:
    context = said | {
        "files": conflict_files(conflicts[:PER_PAGE], by=request.user, **asked),
        "number": len(conflicts),
        "known": newest_decision(),
        "query": request.GET.urlencode(),
    }
    return render(request, "forum/moderation/conflicts.html", context, status=409)


@moderators_only
@require_POST
def moderation_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one decision back, or with `together` all that were made in one go with it."""
    decision = get_object_or_404(Decision.objects.select_related("answer"), pk=pk)
    if "together" in request.POST:
        return _undo_together(request, decision)
    try:
        undoing = undo(by=request.user, decision=decision)
    except Conflict as error:
        if request.htmx:
            return _case_again(request, decision.answer_id, status=409, what_happened=error.message)
        messages.error(request, error.message)
        return _answer_page(request, decision.answer_id, status=409)
    if request.htmx:
        return _case_again(request, decision.answer_id)
    messages.success(
        request, f"Décision annulée : la {what(undoing)} est de nouveau {undoing.get_to_state_display()}."
    )
    return _back(request, near=decision.answer_id)


def _undo_together(request: HttpRequest, decision: Decision) -> HttpResponse:
    outcome = undo_together(by=request.user, decision=decision)
    messages.success(request, f"Décisions annulées : {len(outcome.decisions)}.")
    if outcome.conflicts:
        together = dict(decision.made_together().values_list("pk", "revision"))
        asked = {"verb": Verb.UNDO, "seen": together.values(), "known": max(together)}
        return _conflict_page(request, outcome.conflicts, asked, said={})
    return _back(request)


def _case_again(request: HttpRequest, answer_id: int, status: int = 200, what_happened: str = "") -> HttpResponse:
    """One case in its place in the queue, as it is now."""
    (file,) = case_files_of([answer_id])
    file.what_happened = what_happened
    context = _case_context(request, file) | {"in_queue": True}
    return render(request, "forum/moderation/_case.html", context, status=status)


@moderators_only
@require_safe
def moderation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    return _answer_page(request, pk)


def _answer_page(request: HttpRequest, pk: int, status: int = 200) -> HttpResponse:
    """The file of one answer: its texts, what was decided, what was reported."""
    whole = answer_file(pk)
    if whole is None:
        raise Http404
    context = _case_context(request, whole.now) | {"query": f"reponse={pk}", "whole": whole}
    return render(request, "forum/moderation/answer.html", context, status=status)
