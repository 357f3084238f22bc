"""Members in the Django admin: records, measures, roles."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models.signals import pre_save
from django.urls import reverse
from django.utils import timezone

from forum.actions.members import sanction
from forum.actions.moderation import decide
from forum.models import (
    Decision,
    Member,
    Question,
    Role,
    Sanction,
)

from .cast import PASSWORD
from .desk import rows_in, text_of
from .planting import plant_answer

pytestmark = pytest.mark.django_db
Verb = Decision.Verb


def member_page(member: Member) -> str:
    return f"/admin/forum/member/{member.pk}/change/"


def measure_of(member: Member) -> str:
    return f"/admin/forum/member/{member.pk}/mesure/"


def test_members_list_and_page_show_the_record(alice, mona, moderator, post, published, reason):
    published(alice, "Une.")
    decide(by=mona, verb=Verb.REFUSE, seen=[post(alice, "Deux.").latest_id], reason=reason)
    sanction(by=mona, member=alice, kind="hold", reason="Deux textes refusés.")
    page = text_of(moderator.get("/admin/forum/member/?q=alice"))
    assert "toujours relu" in page
    assert re.search(r'field-published_number">1<', page)
    page = text_of(moderator.get(member_page(alice)))
    for word in ["1\u00a0réponse publiée", "1\u00a0refusée", "Relecture systématique", "Deux textes refusés."]:
        assert word in page


@pytest.mark.parametrize(("etat", "names"), [("relu", ["alice"]), ("exclu", ["bob"]), ("libre", ["mona"])])
def test_members_are_filtered_by_state(etat, names, alice, bob, mona, moderator):
    sanction(by=mona, member=alice, kind="hold", reason="Motif.")
    sanction(by=mona, member=bob, kind="ban", reason="Motif.")
    found = rows_in(moderator.get("/admin/forum/member/", {"etat": etat}))
    assert [member.username for member in found] == names


def test_addresses_are_for_administrators(alice, mona, ada, client_of):
    for url in ["/admin/forum/member/", member_page(alice)]:
        assert "alice@example.org" not in text_of(client_of(mona).get(url))
        assert "alice@example.org" in text_of(client_of(ada).get(url))
    assert rows_in(client_of(mona).get("/admin/forum/member/?q=alice@example.org")) == []


MEASURES = [
    ("hold", {}, lambda member: member.is_held),
    ("unhold", {}, lambda member: not member.is_held),
    ("suspend", {"until": "2099-12-31T18:00"}, lambda member: member.is_suspended),
    ("unsuspend", {}, lambda member: not member.is_suspended),
    ("ban", {}, lambda member: not member.is_active),
    ("unban", {}, lambda member: member.is_active),
]


@pytest.mark.parametrize(("kind", "more", "holds"), MEASURES)
def test_moderator_takes_and_ends_measures(kind, more, holds, alice, mona, moderator):
    opposite = kind.removeprefix("un")
    if opposite != kind:
        until = timezone.now() + timedelta(days=1) if opposite == "suspend" else None
        sanction(by=mona, member=alice, kind=opposite, reason="Avant.", until=until)
    assert f'value="{kind}"' in text_of(moderator.get(member_page(alice)))
    response = moderator.post(measure_of(alice), {"kind": kind, "reason": "Trois insultes."} | more)
    assert response.url == member_page(alice)
    assert holds(Member.objects.get(pk=alice.pk))
    row = Sanction.objects.first()
    assert (row.kind, row.by, row.reason) == (kind, mona, "Trois insultes.")


def test_moderator_is_told_that_the_member_reads_the_reason(alice, moderator):
    assert "il le lit, sur le site et par courriel" in text_of(moderator.get(member_page(alice)))


BROKEN_MEASURES = [
    ({"kind": "hold", "reason": " "}, "Donnez le motif"),
    ({"kind": "suspend", "reason": "Un motif bien gardé."}, "une date à venir"),
    ({"kind": "suspend", "reason": "Un motif bien gardé.", "until": "2001-01-01T10:00"}, "une date à venir"),
    ({"kind": "suspend", "reason": "Un motif bien gardé.", "until": "demain"}, "ne se lit pas"),
    ({"kind": "eat", "reason": "Un motif bien gardé."}, "Cette mesure n’existe pas"),
    ({"reason": "Un motif bien gardé."}, "Choisissez la mesure"),
]


@pytest.mark.parametrize(("sent", "sentence"), BROKEN_MEASURES)
def test_measure_without_reason_or_end_is_asked_for_again(sent, sentence, alice, moderator):
    response = moderator.post(measure_of(alice), sent)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert sent["reason"].strip() in text_of(response)
    assert not Sanction.objects.exists()


def test_moderator_measures_neither_colleagues_nor_himself(mona, eddy, ada, moderator, client_of):
    for member in (mona, eddy, ada):
        response = moderator.post(measure_of(member), {"kind": "ban", "reason": "Mon long motif."})
        assert response.status_code == 403
        assert "Mon long motif." not in text_of(response)
        assert 'name="kind"' not in text_of(moderator.get(member_page(member)))
    assert not Sanction.objects.exists()
    assert client_of(ada).post(measure_of(mona), {"kind": "ban", "reason": "Motif."}).status_code == 302
    assert moderator.get("/admin/").status_code == 302


def test_only_an_administrator_gives_roles_and_never_to_himself(alice, mona, ada, client_of):
    assert 'name="role"' not in text_of(client_of(mona).get(member_page(alice)))
    assert client_of(mona).post(member_page(alice), {"role": "administrator"}).status_code == 403
    administrator = client_of(ada)
    assert administrator.post(member_page(alice), {"role": "moderator"}).status_code == 302
    administrator.post(member_page(ada), {"role": "reader"})
    roles = dict(Member.objects.values_list("username", "role"))
    assert roles == {"alice": Role.MODERATOR, "mona": Role.MODERATOR, "ada": Role.ADMINISTRATOR}
    assert LogEntry.objects.filter(object_id=str(alice.pk), user=ada).exists()


def test_new_role_begins_with_a_new_log_in(alice, mona, ada, client, client_of):
    client.post(reverse("account_login"), {"login": "mona", "password": PASSWORD})
    assert client.get("/admin/").status_code == 200
    client_of(ada).post(member_page(mona), {"role": "editor"})
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))


def test_giving_a_role_does_not_undo_a_measure(alice, mona, ada, client_of, monkeypatch):
    plain_save = Member.save

    def hold_then_save(self, *args, **kwargs):
        Member.objects.filter(pk=alice.pk).update(is_held=True)
        plain_save(self, *args, **kwargs)

    monkeypatch.setattr(Member, "save", hold_then_save)
    client_of(ada).post(member_page(alice), {"role": "editor"})
    alice.refresh_from_db()
    assert (alice.role, alice.is_held) == (Role.EDITOR, True)


MEANWHILE = [
    ("ban", {}, "is_active"),
    ("hold", {}, "is_held"),
    ("suspend", {"until": "2099-12-31T18:00"}, "is_suspended"),
]


@pytest.mark.parametrize(("kind", "more", "field"), MEANWHILE)
def test_new_password_does_not_undo_a_measure_taken_meanwhile(kind, more, field, alice, moderator, client_of):
    """The moderator's request falls between the reading of the member by alice's and its writing."""
    before, reader = getattr(alice, field), client_of(alice)

    def measure(**signal):
        pre_save.disconnect(measure, sender=Member)
        moderator.post(measure_of(alice), {"kind": kind, "reason": "Trois insultes."} | more)

    pre_save.connect(measure, sender=Member)
    new = "un tout autre mot de passe"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    reader.post(reverse("account_change_password"), sent)
    alice = Member.objects.get(pk=alice.pk)
    assert getattr(alice, field) != before
    assert alice.check_password(new)


def test_no_password_hash_and_no_permission_is_shown(alice, ada, client_of):
    page = text_of(client_of(ada).get(member_page(alice)))
    for word in ["password1", alice.password, "user_permissions", "is_superuser", "groups"]:
        assert word not in page


@pytest.mark.parametrize("door", ["/moderation/", "/admin/forum/member/{}/change/"])
def test_long_record_is_counted_as_far_as_it_tells_something(door, question, alice, moderator, post, monkeypatch):
    for module in ("casefiles", "templatetags.forum"):
        monkeypatch.setattr(f"forum.{module}.COUNTED_TO", 3)
    for number in range(3):
        plant_answer(question, alice, f"Texte {number}.")
    Question.objects.update(moderation="before")
    post(alice, "Un texte qui attend la modération.")
    page = text_of(moderator.get(door.format(alice.pk)))
    assert "3\u00a0" in page
    assert "plus de 3" not in page
    plant_answer(question, alice, "Un de plus.")
    assert "plus de 3\u00a0" in text_of(moderator.get(door.format(alice.pk)))
