"""Members in the admin: who they are, what became of their texts, and the measures about them."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from forum.actions.members import give_role, sanction
from forum.casefiles import Record, records_of
from forum.forms.admin import SanctionForm
from forum.models import Answer, Member, Sanction
from forum.permissions import may_moderate, may_sanction
from forum.text.numbers import whole_number
from forum.text.times import exact, relative

from .base import ReadOnlyAdmin
from .filters import AccountStateFilter

Kind = Sanction.Kind
# The words on the buttons.
BUTTONS = {
    Kind.HOLD: "Toujours relire",
    Kind.UNHOLD: "Ne plus toujours relire",
    Kind.SUSPEND: "Suspendre",
    Kind.UNSUSPEND: "Mettre fin à la suspension",
    Kind.BAN: "Exclure",
    Kind.UNBAN: "Mettre fin à l’exclusion",
}


class MemberAdmin(ReadOnlyAdmin):
    """An administrator gives roles; everything else about a member is a measure, or the member's own."""

    list_filter = ["role", AccountStateFilter, "is_demonstration"]
    date_hierarchy = "joined_at"
    ordering = ["username"]
    list_per_page = 50

    # --- The list -------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        published = Answer.objects.published().filter(author=OuterRef("pk")).order_by().values("author")
        number_published = Subquery(published.annotate(number=Count("pk")).values("number"))
        return super().get_queryset(request).annotate(number_published=Coalesce(number_published, 0))

    def get_list_display(self, request: HttpRequest) -> list[str]:
        columns = ["username", "role", "state", "joined", "published_number"]
        return [*columns, "email"] if request.user.is_superuser else columns

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return ["username", "email"] if request.user.is_superuser else ["username"]

    @admin.display(description="état")
    def state(self, member: Member) -> str:
        return ", ".join(_state_words(member)) or "sans mesure"

    @admin.display(description="compte de démonstration")
    def demonstration(self, member: Member) -> str:
        return "oui" if member.is_demonstration else "non"

    @admin.display(description="inscrit", ordering="joined_at")
    def joined(self, member: Member) -> str:
        return relative(member.joined_at)

    @admin.display(description="réponses publiées", ordering="number_published")
    def published_number(self, member: Member) -> int:
        return member.number_published

    # --- The page of one member -----------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        return request.user.is_superuser

    def get_fields(self, request: HttpRequest, obj: Member | None = None) -> list[str]:
        fields = ["username", "role", "state", "joined_at", "demonstration"]
        return [*fields, "email"] if request.user.is_superuser else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> list[str]:
        """All but the role, which nobody changes for himself: one administrator always stays."""
        fields = self.get_fields(request, obj)
        if request.user.is_superuser and obj != request.user:
            fields.remove("role")
        return fields

    def save_model(self, request: HttpRequest, member: Member, form, change: bool) -> None:
        if "role" in form.changed_data:
            give_role(member, member.role)

    def change_view(self, request: HttpRequest, object_id: str, form_url="", extra_context=None) -> HttpResponse:
        if not may_moderate(request.user):
            raise PermissionDenied
        member = get_object_or_404(Member, pk=whole_number(object_id) or 0)
        context = _about(request, member) | {"form": SanctionForm(), "title": f"Membre\u202f: {member}"}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | context)

    # --- Measures -------------------------------------------------------------------------------

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.measure_view)
        return [path("<int:pk>/mesure/", view, name="forum_member_measure"), *super().get_urls()]

    def measure_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a measure, or end one; what is missing is asked for on a page of its own."""
        if not may_moderate(request.user):
            raise PermissionDenied
        member = get_object_or_404(Member, pk=pk)
        if request.method != "POST":
            return redirect("admin:forum_member_change", pk)
        if not may_sanction(request.user, member):
            messages.error(request, _why_no_measure(request.user, member))
            return self._measure_page(request, member, SanctionForm(request.POST), status=403)
        form = SanctionForm(request.POST)
        if not form.is_valid():
            return self._measure_page(request, member, form, status=422)
        row = sanction(by=request.user, member=member, **form.cleaned_data)
        messages.success(request, _what_was_done(row))
        return redirect("admin:forum_member_change", pk)

    def _measure_page(self, request: HttpRequest, member: Member, form: SanctionForm, status: int) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **_about(request, member),
            "opts": self.opts,
            "title": f"Mesure à l’égard de {member}",
            "form": form,
            "member_url": reverse("admin:forum_member_change", args=[member.pk]),
        }
        return TemplateResponse(request, "admin/forum/member/measure.html", context, status=status)


def _about(request: HttpRequest, member: Member) -> dict:
    return {
        "member": member,
        "record": records_of([member.pk]).get(member.pk, Record()),
        "sanctions": member.sanctions.select_related("by"),
        "measures": [(kind, BUTTONS[kind]) for kind in _measures(member)],
        "why_no_measure": "" if may_sanction(request.user, member) else _why_no_measure(request.user, member),
    }


def _measures(member: Member) -> list[str]:
    """What can be done about the member as he stands; a suspension under way can be given another end."""
    kinds = [Kind.UNHOLD if member.is_held else Kind.HOLD, Kind.SUSPEND]
    if member.is_suspended:
        kinds.append(Kind.UNSUSPEND)
    return [*kinds, Kind.BAN if member.is_active else Kind.UNBAN]


def _state_words(member: Member) -> list[str]:
    words = []
    if not member.is_active:
        words.append("exclu")
    if member.is_suspended:
        words.append(f"suspendu jusqu’au {timezone.localtime(member.suspended_until):%d/%m/%Y à %H h %M}")
    if member.is_held:
        words.append("toujours relu")
    return words


def _why_no_measure(by: Member, member: Member) -> str:
    if by == member:
        return "Vous ne pouvez pas prendre de mesure à votre propre égard."
    return "Seule l’administration peut prendre une mesure à l’égard d’un membre de l’équipe."


def _what_was_done(row: Sanction) -> str:
    until = f" jusqu’au {exact(row.until)}" if row.until else ""
    return f"{row.get_kind_display().capitalize()}{until}\u202f: {row.member}."
