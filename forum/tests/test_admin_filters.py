"""What the lists of the Django admin can be filtered by: what they offer, and nothing that they do not show."""

import pytest
from django.test import Client

from .desk import rows_in

pytestmark = pytest.mark.django_db

HIDDEN = [
    ("member", "email__startswith", "alice@"),
    ("member", "email", "alice@example.org"),
    ("member", "password__startswith", "md5"),
    ("member", "last_login__isnull", "1"),
    ("member", "last_login__gte", "2020-01-01"),
    ("member", "answers__author__email", "alice@example.org"),
    ("member", "role__startswith", "r"),
    ("answer", "author__password__startswith", "md5"),
    ("answer", "author__email", "alice@example.org"),
    ("answer", "latest__key", "1"),
    ("answer", "latest__author__email__startswith", "a"),
    ("answer", "created_at__gte", "2020-01-01"),
    ("decision", "by__email", "mona@example.org"),
    ("decision", "answer__author__email__contains", "@"),
    ("decision", "reason__decision__by__email", "mona@example.org"),
    ("article", "questions__answers__state", "refused"),
    ("reason", "code__startswith", "o"),
    ("blockedphrase", "added_by__email__startswith", "m"),
]


@pytest.mark.parametrize("who", ["mona", "ada"])
@pytest.mark.parametrize(("model", "lookup", "value"), HIDDEN)
def test_no_list_answers_about_a_column_that_it_does_not_offer(who, model, lookup, value, request, client_of):
    client: Client = client_of(request.getfixturevalue(who))
    assert client.get(f"/admin/forum/{model}/", {lookup: value}).status_code == 400


OFFERED = [
    ("member", {"role__exact": "reader"}),
    ("member", {"is_demonstration__exact": "0", "etat": "libre"}),
    ("member", {"joined_at__year": "2026", "joined_at__month": "3", "joined_at__day": "2"}),
    ("answer", {"state__exact": "published", "dossier": "ouvert"}),
    ("answer", {"author__id__exact": "1"}),
    ("decision", {"verb__exact": "refuse", "reason__id__exact": "1", "is_edit__exact": "1", "par": "controle"}),
    ("decision", {"reason__isnull": "True"}),
    ("article", {"moderation": "closed"}),
    ("article", {"language": "fr", "added_at__year": "2026"}),
    ("reason", {"is_offered__exact": "1"}),
]


@pytest.mark.parametrize(("model", "asked"), OFFERED)
def test_every_filter_that_a_list_offers_works(model, asked, client_of, ada):
    assert client_of(ada).get(f"/admin/forum/{model}/", asked).status_code == 200


def test_every_link_beside_a_list_works(client_of, ada, alice, published):
    published(alice)
    client = client_of(ada)
    for model in ["member", "answer", "decision", "article", "reason"]:
        changelist = client.get(f"/admin/forum/{model}/").context["cl"]
        links = [choice["query_string"] for spec in changelist.filter_specs for choice in spec.choices(changelist)]
        assert links
        for link in links:
            assert client.get(f"/admin/forum/{model}/{link}").status_code == 200, (model, link)


def test_link_from_a_member_leads_to_his_answers_alone(alice, bob, moderator, published):
    (answer, _) = published(alice), published(bob)
    page = moderator.get(f"/admin/forum/member/{alice.pk}/change/").text
    link = f"/admin/forum/answer/?author__id__exact={alice.pk}"
    assert link in page
    assert rows_in(moderator.get(link)) == [answer]


@pytest.mark.parametrize("year", ["9999", "1", "0", "-1", "10000", "9" * 19, "²", "", "hier"])
@pytest.mark.parametrize("address", ["/admin/forum/answer/?created_at", "/admin/forum/member/?joined_at"])
def test_year_without_an_end_is_no_error(address, year, moderator, alice):
    response = moderator.get(f"{address}__year={year}")
    assert (response.status_code, response["Location"]) == (302, address.partition("?")[0] + "?e=1")


@pytest.mark.parametrize("more", ["month=13", "month=12&day=32", "month=0", "month=9223372036854775807"])
def test_day_that_no_calendar_has_is_no_error(more, moderator):
    query = "&".join(f"created_at__{part}" for part in f"year=2026&{more}".split("&"))
    assert moderator.get(f"/admin/forum/answer/?{query}").status_code == 302


def test_last_day_of_the_last_year_can_be_asked_for(moderator):
    query = "created_at__year=9998&created_at__month=12&created_at__day=31"
    assert moderator.get(f"/admin/forum/answer/?{query}").status_code == 200
