"""The lists that moderators tend: reasons and blocked phrases."""

from django.contrib import admin
from django.db.models import Max, Q
from django.http import HttpRequest

from forum.forms.admin import BlockedPhraseForm
from forum.models import BlockedPhrase, Decision, Reason, Report
from forum.text.times import relative

from .base import ForumAdmin, KeptWhileUsedAdmin


class BlockedPhraseAdmin(ForumAdmin):
    form = BlockedPhraseForm
    add_label = "Ajouter une expression"
    list_display = ["phrase", "note", "added_by", "added"]
    list_select_related = ["added_by"]
    list_per_page = 100
    search_fields = ["phrase", "note"]

    def get_fields(self, request: HttpRequest, phrase: BlockedPhrase | None = None) -> list[str]:
        return ["phrase", "note", "added_by", "added_at"] if phrase else ["phrase", "note"]

    def get_readonly_fields(self, request: HttpRequest, phrase: BlockedPhrase | None = None) -> list[str]:
        return ["added_by", "added_at"] if phrase else []

    @admin.display(description="ajoutée", ordering="added_at")
    def added(self, phrase: BlockedPhrase) -> str:
        return relative(phrase.added_at)

    def save_model(self, request: HttpRequest, phrase: BlockedPhrase, form, change: bool) -> None:
        if not change:
            phrase.added_by = request.user
        super().save_model(request, phrase, form, change)


class ReasonAdmin(KeptWhileUsedAdmin):
    add_label = "Ajouter un motif"
    fields = ["label", "code", "explanation", "remedy", "in_favour", "position", "is_offered"]
    list_display = ["label", "explanation", "favours", "position", "offered"]
    list_filter = ["in_favour", "is_offered"]
    search_fields = ["label", "explanation"]

    def get_readonly_fields(self, request: HttpRequest, reason: Reason | None = None) -> list[str]:
        return ["code"] if reason else []

    def get_prepopulated_fields(self, request: HttpRequest, reason: Reason | None = None) -> dict:
        return {} if reason else {"code": ["label"]}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        last = Reason.objects.aggregate(last=Max("position"))["last"] or 0
        return {"position": last + 1} | super().get_changeform_initial_data(request)

    # In a word: the alternative text of Django's picture is English.

    @admin.display(description="en faveur du texte", ordering="in_favour")
    def favours(self, reason: Reason) -> str:
        return "oui" if reason.in_favour else "non"

    @admin.display(description="proposé", ordering="is_offered")
    def offered(self, reason: Reason) -> str:
        return "oui" if reason.is_offered else "non"

    def why_kept(self, reason: Reason) -> str:
        is_used = Q(reason=reason)
        if not (Decision.objects.filter(is_used).exists() or Report.objects.filter(is_used).exists()):
            return ""
        return (
            "Ce motif a servi\u202f: des décisions ou des signalements le citent, il ne peut pas être supprimé. "
            "Pour ne plus le proposer, décochez «\u202fproposé\u202f»."
        )
