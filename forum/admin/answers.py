"""Answers in the admin: the list with its verbs, the page of one answer, and the page that asks why."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from forum.actions.errors import Conflict
from forum.actions.moderation import NEEDS_REASON, Outcome, decide, newest_decision, undo
from forum.actions.moves import MOVES
from forum.casefiles import answer_file
from forum.forms.moderation import DecisionForm
from forum.models import Answer, Decision, Report, Revision
from forum.outcomes import conflict_files, selection, what_was_done
from forum.permissions import may_moderate
from forum.text.numbers import whole_number
from forum.text.render import plain
from forum.text.times import relative

from .filters import (
    ArticleFilter,
    FindingFilter,
    ModeFilter,
    QuestionFilter,
    ReportedFilter,
    WaitingFilter,
)
from .keyed import KeyedAdmin

Verb = Decision.Verb
SHOWN_WITH_THE_REASON = 20


def _action(verb: str):
    @admin.action(description=Verb(verb).label.capitalize(), permissions=["decide"])
    def decide_ticked(model_admin: "AnswerAdmin", request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return model_admin.decide_ticked(request, verb)

    decide_ticked.__name__ = str(verb)
    return decide_ticked


class AnswerAdmin(KeyedAdmin):
    list_display = ["excerpt", "state_in_words", "unsettled_reports", "author", "age", "question_excerpt"]
    list_filter = [
        WaitingFilter,
        ("state", admin.ChoicesFieldListFilter),
        ReportedFilter,
        FindingFilter,
        ArticleFilter,
        QuestionFilter,
        ModeFilter,
    ]
    search_fields = ["author__username", "latest__text"]
    search_help_text = "Un mot du texte, le nom de l’auteur ou le numéro de la réponse."
    date_hierarchy = "created_at"
    linked_lookups = ["author__id__exact"]  # from the page of a member
    list_per_page = 50
    list_select_related = ["author", "question", "latest"]
    actions = [_action(verb) for verb in MOVES]

    # --- The list -------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        unsettled = Report.objects.filter(answer=OuterRef("pk"), settled_by=None).order_by().values("answer")
        reports = Coalesce(Subquery(unsettled.annotate(number=Count("pk")).values("number")), 0)
        return super().get_queryset(request).annotate(reports_to_settle=reports)

    @admin.display(description="texte")
    def excerpt(self, answer: Answer) -> str:
        return plain(answer.latest.text, 140) or str(answer)

    @admin.display(description="état")
    def state_in_words(self, answer: Answer) -> str:
        return answer.state_words

    @admin.display(description="à régler", empty_value="")
    def unsettled_reports(self, answer: Answer) -> str:
        number = answer.reports_to_settle
        return f"{number}\u00a0signalement{'s' if number > 1 else ''}" if number else ""

    @admin.display(description="écrite")
    def age(self, answer: Answer) -> str:
        return relative(answer.created_at)

    @admin.display(description="question")
    def question_excerpt(self, answer: Answer) -> str:
        return plain(answer.question.text, 60)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The list, with the newest decision that whoever reads it can know of."""
        return super().changelist_view(request, {"known": newest_decision()} | (extra_context or {}))

    def action_checkbox(self, answer: Answer) -> SafeString:
        """The box, and the version that stands beside it: a decision is about what was on the screen."""
        box = super().action_checkbox(answer)
        return format_html('{}<input type="hidden" name="seen" value="{}">', box, answer.latest_id)

    def get_action_choices(self, request: HttpRequest, default_choices=()) -> list[tuple[str, str]]:
        """One button for each verb, so no blank choice."""
        return super().get_action_choices(request, list(default_choices))

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return may_moderate(request.user)

    def decide_ticked(self, request: HttpRequest, verb: str) -> HttpResponse:
        """Decide about the ticked rows in the versions that the list showed, not about the list as it is now."""
        ticked = filter(None, map(whole_number, request.POST.getlist(ACTION_CHECKBOX_NAME)))
        shown = filter(None, map(whole_number, request.POST.getlist("seen")))
        seen = Revision.objects.filter(pk__in=list(shown), answer__in=list(ticked)).values_list("pk", flat=True)
        asked = {"verb": verb, "seen": list(seen), "known": request.POST.get("known")}
        form = DecisionForm(asked)
        if verb in NEEDS_REASON and "seen" not in form.errors:
            return self._reason_page(request, DecisionForm(initial=asked), form.asked)
        return self._decide(request, form)

    # --- Deciding -------------------------------------------------------------------------------

    def get_urls(self) -> list:
        decide_url = path("decider/", self.admin_site.admin_view(self.decide_view), name="forum_answer_decide")
        return [decide_url, *super().get_urls()]

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Where the page that asks for a reason is sent to."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self._list_url(request))
        return self._decide(request, DecisionForm(request.POST))

    def _decide(self, request: HttpRequest, form: DecisionForm) -> HttpResponse:
        if not form.is_valid():
            if {"seen", "verb"} & form.errors.keys():
                messages.error(request, _first_error(form))
                return redirect(self._list_url(request))
            return self._reason_page(request, form, form.asked, status=422)
        outcome = decide(by=request.user, **form.cleaned_data)
        _tell(request, outcome)
        if outcome.conflicts:
            return self._conflict_page(request, form, outcome.conflicts, form.asked)
        return redirect(self._list_url(request))

    def _reason_page(self, request: HttpRequest, form: DecisionForm, asked: dict, status=200) -> HttpResponse:
        verb = Verb(asked["verb"])
        ticked = selection(verb, asked["seen"])
        if ticked.others and not ticked.concerned:
            return self._conflict_page(request, form, [text.answer for text in ticked.others], asked)
        context = {
            "title": f"{verb.label.capitalize()}\u202f: pour quel motif\u202f?",
            "form": form,
            "verb": verb,
            "ticked": ticked,
            "texts": ticked.concerned[:SHOWN_WITH_THE_REASON],
        }
        return self._page(request, "reason", context, status)

    def _conflict_page(
        self, request: HttpRequest, form: DecisionForm, conflicts: list[Answer], asked: dict
    ) -> HttpResponse:
        context = {
            "title": "Ce qui est resté tel quel",
            "conflicts": conflict_files(conflicts, by=request.user, **asked),
            "form": form,
        }
        return self._page(request, "conflicts", context, status=409)

    def _page(self, request: HttpRequest, name: str, context: dict, status: int) -> HttpResponse:
        common = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "known": newest_decision(),
            "list_url": self._list_url(request),
            "preserved_filters": self.get_preserved_filters(request),
        }
        return TemplateResponse(request, f"admin/forum/answer/{name}.html", common | context, status=status)

    def _list_url(self, request: HttpRequest) -> str:
        """The list with the filters it had."""
        preserved = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(preserved, reverse("admin:forum_answer_changelist"))

    # --- The page of one answer -----------------------------------------------------------------

    def change_view(self, request: HttpRequest, object_id: str, form_url="", extra_context=None) -> HttpResponse:
        if not self.has_decide_permission(request):
            raise PermissionDenied
        answer = get_object_or_404(Answer, pk=whole_number(object_id) or 0)
        if request.method != "POST":
            return self._answer_page(request, answer, DecisionForm())
        if "_undo" in request.POST:
            return self._undo(request, answer)
        return self._decide_here(request, answer)

    def _decide_here(self, request: HttpRequest, answer: Answer) -> HttpResponse:
        sent = request.POST.copy()
        sent["verb"] = sent.get("_verb", "")
        form = DecisionForm(sent)
        if not form.is_valid():
            return self._answer_page(request, answer, form, status=422)
        outcome = decide(by=request.user, **form.cleaned_data)
        if outcome.conflicts:
            (file,) = conflict_files([answer], by=request.user, **form.asked)
            messages.error(request, file.what_happened)
            return self._answer_page(request, answer, form, status=409)
        _tell(request, outcome)
        return redirect(self._list_url(request))

    def _undo(self, request: HttpRequest, answer: Answer) -> HttpResponse:
        decision = get_object_or_404(Decision, pk=whole_number(request.POST["_undo"]) or 0, answer=answer)
        try:
            undoing = undo(by=request.user, decision=decision)
        except Conflict as error:
            messages.error(request, error.message)
            return self._answer_page(request, answer, DecisionForm(), status=409)
        messages.success(request, f"Décision annulée\u202f: de nouveau {undoing.get_to_state_display()}.")
        return redirect(request.get_full_path())

    def _answer_page(self, request: HttpRequest, answer: Answer, form: DecisionForm, status=200) -> HttpResponse:
        whole = answer_file(answer.pk)
        form.offer(whole.now.reason_groups)
        context = {
            "title": f"Réponse {answer.pk}, de {whole.now.answer.author}",
            "whole": whole,
            "file": whole.now,
            "form": form,
        }
        return self._page(request, "page", context, status)

    def history_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        """The history of an answer is its decisions, which its page shows."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        if not whole_number(object_id):
            raise Http404
        return redirect("admin:forum_answer_change", object_id)


def _first_error(form: DecisionForm) -> str:
    if "seen" in form.errors:
        return form.errors["seen"][0]
    return "Cette décision n’existe pas\u202f: choisissez un des verbes de la page."


def _tell(request: HttpRequest, outcome: Outcome) -> None:
    """Say what was done, with the way to take back a single decision."""
    decisions = outcome.decisions
    if len(decisions) == 1:
        url = reverse("admin:forum_answer_change", args=[decisions[0].answer_id])
        sentence = '{}. <a href="{}">La revoir, ou annuler la décision</a>'
        messages.success(request, format_html(sentence, what_was_done(decisions), url))
    elif decisions:
        sentence = '{}. <a href="{}#dernieres">Les remettre toutes en l’état</a>'
        url = reverse("moderation_queue")
        messages.success(request, format_html(sentence, what_was_done(decisions), url))
    elif not outcome.conflicts:
        messages.warning(request, "Rien n’a été décidé\u202f: cette réponse n’existe plus.")
