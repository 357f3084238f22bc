"""The journal in the admin: every decision, to be read and found again."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from forum.models import Decision
from forum.text.render import plain
from forum.text.times import relative

from .filters import DecidedByFilter
from .keyed import KeyedAdmin


class DecisionAdmin(KeyedAdmin):
    list_display = ["when", "by_whom", "what", "answer_link", "author", "reason", "note_excerpt"]
    list_filter = ["verb", DecidedByFilter, "reason", "is_edit"]
    search_fields = ["answer__author__username", "note"]
    numbered = "answer"
    search_help_text = "Le numéro de la réponse, le nom de son auteur ou un mot adressé à l’auteur."
    date_hierarchy = "created_at"
    list_per_page = 50
    list_select_related = ["by", "reason", "answer__author"]
    fields = [
        "created_at",
        "by_whom",
        "what",
        "from_state",
        "to_state",
        "answer_link",
        "author",
        "revision",
        "reason",
        "note",
        "undoes",
    ]
    readonly_fields = ["by_whom", "what", "answer_link", "author"]

    @admin.display(description="date")
    def when(self, decision: Decision) -> str:
        return relative(decision.created_at)

    @admin.display(description="par")
    def by_whom(self, decision: Decision) -> str:
        return str(decision.by or "contrôle automatique")

    @admin.display(description="décision")
    def what(self, decision: Decision) -> str:
        if decision.verb == Decision.Verb.UNDO:
            return f"{decision.done}\u202f: {decision.get_to_state_display()}"
        return f"modification {decision.done}" if decision.is_edit else decision.done

    @admin.display(description="réponse")
    def answer_link(self, decision: Decision) -> SafeString:
        url = reverse("admin:forum_answer_change", args=[decision.answer_id])
        return format_html('<a href="{}">{}</a>', url, f"Réponse {decision.answer_id}")

    @admin.display(description="auteur")
    def author(self, decision: Decision) -> str:
        return decision.answer.author.username

    @admin.display(description="mot à l’auteur")
    def note_excerpt(self, decision: Decision) -> str:
        return plain(decision.note, 80)
