"""Every list: its price does not grow with its rows, and a walk from page to page shows each of them once."""

import itertools
import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.forms.moderation import JournalFilter, QueueFilter
from forum.models import (
    Answer,
    BlockedPhrase,
    Case,
    Decision,
    Finding,
    Member,
    Notification,
    Question,
    Reason,
    Report,
    Revision,
    Sanction,
)
from forum.models.answers import State
from forum.tests.planting import plant_answer, plant_article, plant_member, plant_question, take_down
from forum.views.own import USUAL_WAIT

pytestmark = pytest.mark.django_db

MOST_QUERIES = 24  # for any page
ROUND = 3  # rows of each kind: twice three rounds fill no page


# --- The price of a list -----------------------------------------------------------------------------


class Plantation:
    """A forum in which every list grows at each round."""

    def __init__(self, alice: Member, mona: Member, question: Question, reason: Reason) -> None:
        self.alice, self.mona, self.question, self.reason = alice, mona, question, reason
        self.answer = plant_answer(question, alice, "La réponse qui a une longue histoire.")
        self.numbers = itertools.count(1)

    def grow(self) -> None:
        number = next(self.numbers)
        bob = plant_member(f"bob{number}")
        self.grow_lists(bob, number)
        self.grow_thread(bob)
        self.grow_room(bob, number)
        self.grow_file(bob, number)

    def grow_lists(self, bob: Member, number: int) -> None:
        plant_question(article=plant_article())
        plant_question(article=self.question.article)
        BlockedPhrase.objects.create(phrase=f"expression {number}", added_by=bob)
        Reason.objects.create(code=f"motif{number}", label=f"Motif {number}", explanation="Parce que.")
        measure = Sanction.objects.create(member=self.alice, kind="unban", reason="Plusieurs fois.", by=self.mona)
        Notification.objects.create(recipient=self.alice, kind="sanction", sanction=measure)

    def grow_thread(self, bob: Member) -> None:
        """Under the question: a conversation, a placeholder, and what alice alone sees."""
        answer = plant_answer(self.question, bob)
        reply = plant_answer(self.question, self.alice, reply_to=answer)
        plant_answer(self.question, bob, reply_to=reply)
        gone = plant_answer(self.question, bob)
        plant_answer(self.question, self.alice, reply_to=gone, edit_state=State.PENDING)
        take_down(gone, State.WITHDRAWN)
        for state in (State.PENDING, State.RETURNED, State.REFUSED, State.DELETED):
            self.decide(plant_answer(self.question, self.alice, state=state), state)

    def grow_room(self, bob: Member, number: int) -> None:
        """One case of every kind: waiting under the filter's every reason, reported, taken, edited."""
        replied_to = plant_answer(self.question, bob)
        waiting = plant_answer(self.question, bob, reply_to=replied_to, state=State.PENDING)
        self.open_case(waiting, risk=number)
        for check in Finding.Check.values:
            Finding.objects.create(revision=waiting.latest, check_name=check, passages=["Une"])
        reported = plant_answer(self.question, bob, edit_state=State.PENDING)
        self.report(reported, bob)
        self.open_case(reported, taken_by=self.mona, taken_until=timezone.now() + timedelta(minutes=9))
        Notification.objects.create(recipient=self.alice, kind="reply", answer=reported)

    def grow_file(self, bob: Member, number: int) -> None:
        """One more version, decision and report of the same answer."""
        fields = {"text": f"Version {number}.", "html": "<p>V</p>", "renderer": 1, "fingerprint": "0" * 64}
        Revision.objects.create(answer=self.answer, number=number + 1, **fields)
        self.decide(self.answer, State.PUBLISHED)
        self.report(self.answer, bob)

    def decide(self, answer: Answer, to_state: str) -> None:
        decision = Decision.objects.create(
            answer=answer,
            revision=answer.latest,
            verb=Decision.Verb.REFUSE,
            from_state=State.PENDING,
            to_state=to_state,
            by=self.mona,
            reason=self.reason,
        )
        Notification.objects.create(recipient=self.alice, kind="decision", answer=answer, decision=decision)

    def report(self, answer: Answer, by: Member) -> None:
        Report.objects.create(answer=answer, revision=answer.latest, by=by, reason=self.reason)

    def open_case(self, answer: Answer, **fields) -> None:
        Case.objects.create(answer=answer, **fields)


@pytest.fixture
def plantation(alice, mona, question, reason) -> Plantation:
    return Plantation(alice, mona, question, reason)


def pages_of_readers(plantation: Plantation) -> list[str]:
    thread = plantation.question.get_absolute_url()
    return ["/", plantation.question.article.get_absolute_url(), thread, f"{thread}?tri=recentes", "/regles/"]


def pages_of_members(plantation: Plantation) -> list[str]:
    return [*pages_of_readers(plantation), "/mes-reponses/", "/avis/"]


def pages_of_moderators(plantation: Plantation) -> list[str]:
    queue = [f"/moderation/?{query}" for query in filters(QueueFilter(), plantation)]
    journal = [f"/moderation/journal/?{query}" for query in filters(JournalFilter(), plantation)]
    return [*pages_of_members(plantation), *queue, *journal, f"/moderation/reponses/{plantation.answer.pk}/"]


def filters(form, plantation: Plantation) -> list[str]:
    """The list as it is, and with each value that each field of its filter offers."""
    own = {
        "article": plantation.question.article_id,
        "question": plantation.question.pk,
        "par": plantation.mona.pk,
        "depuis": "2020-01-01",
        "jusqu_a": "2099-01-01",
        "automate": "on",
    }
    queries = [""]
    for name, field in form.fields.items():
        if name in own:
            queries.append(f"{name}={own[name]}")
        elif name == "motif" and "par" in form.fields:
            queries.append(f"motif={plantation.reason.pk}")
        else:
            queries += [f"{name}={value}" for value, _ in field.choices if value]
    return queries


def pages_of_the_admin(plantation: Plantation) -> list[str]:
    lists = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]
    one_of_each = [
        f"/admin/forum/answer/{plantation.answer.pk}/change/",
        f"/admin/forum/article/{plantation.question.article_id}/change/",
        f"/admin/forum/member/{plantation.alice.pk}/change/",
    ]
    return ["/admin/", *lists, *one_of_each]


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("", pages_of_readers),
        ("alice", pages_of_members),
        ("bob", pages_of_members),
        ("mona", pages_of_moderators),
        ("ada", pages_of_the_admin),
    ],
)
def test_twice_the_rows_cost_the_same_number_of_queries(plantation, bob, ada, client_of, name, pages):
    client = client_of(Member.objects.get(username=name)) if name else Client()
    for _ in range(ROUND):
        plantation.grow()
    client.get("/avis/")  # a session is read for the first time
    before = {page: queries_of(client, page) for page in pages(plantation)}
    for _ in range(ROUND):
        plantation.grow()
    after = {page: queries_of(client, page) for page in pages(plantation)}
    grown = {page: (before[page], after[page]) for page in before if after[page] > before[page]}
    assert not grown
    assert max(after.values()) <= MOST_QUERIES


def queries_of(client: Client, page: str) -> int:
    cache.clear()
    USUAL_WAIT.clear()  # else one page more looks it up where a minute ends
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


# --- From page to page -------------------------------------------------------------------------------


@pytest.fixture
def short_pages(monkeypatch) -> None:
    for name in (
        "articles.ARTICLES_PER_PAGE",
        "threads.ANSWERS_PER_PAGE",
        "members.PER_PAGE",
        "queue.PER_PAGE",
        "journal.PER_PAGE",
    ):
        monkeypatch.setattr(f"forum.views.{name}", 3)


def plant_articles(plantation: Plantation) -> str:
    article = plant_article(slug=f"a{next(plantation.numbers)}")
    return f'href="/articles/{article.slug}/"'


def plant_answers(plantation: Plantation) -> str:
    answer = plant_answer(plantation.question, plantation.alice)
    return f'id="reponse-{answer.pk}"'


def plant_replies(plantation: Plantation) -> str:
    under = Answer.objects.order_by("pk")[:3][next(plantation.numbers) % min(Answer.objects.count(), 3)]
    answer = plant_answer(plantation.question, plantation.alice, reply_to=under)
    return f'id="reponse-{answer.pk}"'


def plant_own(plantation: Plantation) -> str:
    answer = plant_answer(plantation.question, plantation.mona, state=State.PENDING)
    return f'id="reponse-{answer.pk}"'


def plant_notices(plantation: Plantation) -> str:
    answer = plant_answer(plantation.question, plantation.alice)
    Notification.objects.create(recipient=plantation.mona, kind="reply", answer=answer)
    return f'href="{answer.get_absolute_url()}"'


def plant_cases(plantation: Plantation) -> str:
    answer = plant_answer(plantation.question, plantation.alice, state=State.PENDING)
    plantation.open_case(answer, risk=next(plantation.numbers) % 4)
    return f'id="dossier-{answer.pk}"'


def plant_decisions(plantation: Plantation) -> str:
    answer = plant_answer(plantation.question, plantation.alice, state=State.REFUSED)
    plantation.decide(answer, State.REFUSED)
    return f'href="/moderation/reponses/{answer.pk}/"'


@pytest.mark.parametrize(
    ("page", "plant"),
    [
        ("/", plant_articles),
        ("/questions/{}/", plant_answers),
        ("/questions/{}/", plant_replies),
        ("/questions/{}/?tri=recentes", plant_answers),
        ("/questions/{}/?tri=recentes", plant_replies),
        ("/mes-reponses/", plant_own),
        ("/avis/", plant_notices),
        ("/moderation/", plant_cases),
        ("/moderation/?tri=risque", plant_cases),
        ("/moderation/?tri=risque&motif=&qui=tous", plant_cases),
        ("/moderation/journal/", plant_decisions),
        ("/moderation/journal/?decision=refuse", plant_decisions),
    ],
)
def test_a_walk_to_the_end_shows_every_row_once_while_new_ones_arrive(
    plantation, short_pages, client_of, mona, page, plant
):
    there = [plant(plantation) for _ in range(10)]
    address, client, seen = page.format(plantation.question.pk), client_of(mona), []
    arrived = []
    while address and len(seen) < 20:
        text = client.get(address).text
        seen.append(text)
        address = next_page(address, text)
        if len(arrived) < 4:
            arrived.append(plant(plantation))
    assert not address, "the walk has no end"
    assert {row: shown(row, seen) for row in there} == dict.fromkeys(there, 1)
    assert all(shown(row, seen) <= 1 for row in arrived)


def next_page(address: str, text: str) -> str:
    link = re.search(r'<a class="pager__next"[^>]*>', text)
    if link is None:
        return ""
    query = unescape(re.search('href="([^"]*)"', link[0])[1])
    return query if query.startswith("/") else address.partition("?")[0] + query


def shown(row: str, pages: list[str]) -> int:
    """On how many of the pages the row stands."""
    return sum(row in page for page in pages)
