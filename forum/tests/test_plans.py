"""What is to cost the same with a million answers: nothing counts them, walks past them or reads them all.

Each query is shown to the database’s own planner. SQLite plans by what indexes there are; PostgreSQL is told
that reading a whole table is the last thing that it should do.
"""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forum.actions.moderation import decide
from forum.models import Answer, Case, Decision, Member, Question
from forum.models.answers import State
from forum.models.threads import own_answers
from forum.views.queue import last_decisions

from .cast import logged_in
from .planting import plant_answer, plant_member, plant_waiting

pytestmark = pytest.mark.django_db

Verb = Decision.Verb
GROWING = r"forum_(?:answer|revision|decision|case|finding)"
COUNTED = re.compile(rf'SELECT COUNT\(\*\) AS "__count" FROM "{GROWING}"')  # noqa: S608 - what is looked for
ON_SQLITE = re.compile(r"SCAN (\w+)")
ON_POSTGRESQL = re.compile(rf"Seq Scan on ({GROWING})\b")
LIMIT = re.compile(r"LIMIT \d+")
# A walk in the order of an index ends with the page, if nothing has to be sorted afterwards.
SORTED = re.compile(r"USE TEMP B-TREE FOR (?:ORDER BY|GROUP BY|DISTINCT)")


@pytest.fixture
def town(question, alice, bob, mona, post, reason):
    """Answers to the question, replies, decisions, and texts that wait."""
    Question.objects.update(moderation="after")
    first = plant_answer(question, bob)
    for number in range(3):
        reply = plant_answer(question, alice, f"Une réponse à la réponse, numéro {number}.", first)
        plant_answer(question, bob, f"Et une autre encore, numéro {number}.", reply)
    Question.objects.update(moderation="before")
    waiting = [
        post(author, f"Un texte qui attend, le {n}e de son auteur.") for n in range(2) for author in (alice, bob)
    ]
    decide(by=mona, verb=Verb.REFUSE, seen=[waiting.pop().latest_id], reason=reason)
    Question.objects.update(moderation="after")
    return question


def sent(text: str = "Un texte que personne n’a encore envoyé.") -> dict:
    return {"text": text, "key": str(uuid.uuid4())}


def waiting() -> list[int]:
    return list(Answer.objects.filter(state=State.PENDING).order_by("pk").values_list("latest", flat=True))


def whole_filter() -> dict:
    return {"whole": 1, "verb": "publish", "newest_case": 10**6, "newest_text": 10**6, "known": 10**6}


def middle() -> str:
    return Answer.objects.filter(state=State.PUBLISHED).order_by("path")[3].path


def seen_by_another(question: Question, query: str = "") -> str:
    url = question.get_absolute_url() + query
    logged_in(Member.objects.get(username="bob")).get(url)
    return url


WHAT_IS_DONE = {
    "first page": ("alice", lambda q: (f"/questions/{q.pk}/", None)),
    "newest first": ("alice", lambda q: (f"/questions/{q.pk}/?tri=recentes", None)),
    "page after": ("alice", lambda q: (f"/questions/{q.pk}/?apres={middle()}", None)),
    "page before": ("alice", lambda q: (f"/questions/{q.pk}/?avant={middle()}", None)),
    "page that is kept": ("alice", lambda q: (seen_by_another(q), None)),
    "newest first, that is kept": ("alice", lambda q: (seen_by_another(q, "?tri=recentes"), None)),
    "permalink": ("alice", lambda q: (Answer.objects.published().latest("pk").get_absolute_url(), None)),
    "posting": ("alice", lambda q: (f"/questions/{q.pk}/repondre/", sent())),
    "replying": ("alice", lambda q: (reverse("reply_create", args=[q.answers.earliest("pk").pk]), sent())),
    "queue": ("mona", lambda q: ("/moderation/", None)),
    "queue by risk": ("mona", lambda q: ("/moderation/?tri=risque", None)),
    "queue, later page": ("mona", lambda q: (f"/moderation/?apres=0-{Case.objects.earliest('pk').pk}", None)),
    "taking": ("mona", lambda q: ("/moderation/prendre/", {})),
    "approving all of a filter": ("mona", lambda q: ("/moderation/decider/", whole_filter())),
    "approving": ("mona", lambda q: ("/moderation/decider/", {"verb": "publish", "seen": waiting()})),
    "journal": ("mona", lambda q: ("/moderation/journal/", None)),
    "journal, later page": ("mona", lambda q: ("/moderation/journal/?avant=1000", None)),
    "admin list": ("mona", lambda q: ("/admin/forum/answer/", None)),
    "admin list, later page": ("mona", lambda q: ("/admin/forum/answer/?avant=5", None)),
    "admin, waiting": ("mona", lambda q: ("/admin/forum/answer/?dossier=ouvert", None)),
    "admin, nothing to decide": ("mona", lambda q: ("/admin/forum/answer/?dossier=clos", None)),
    "admin, reported": ("mona", lambda q: ("/admin/forum/answer/?signalee=a_regler", None)),
    "admin, refused": ("mona", lambda q: ("/admin/forum/answer/?state__exact=refused", None)),
    "admin, a word": ("mona", lambda q: ("/admin/forum/answer/?q=attend", None)),
    "admin, a number": ("mona", lambda q: ("/admin/forum/answer/?q=3", None)),
    "admin, a year": ("mona", lambda q: ("/admin/forum/answer/?created_at__year=2026", None)),
    "admin journal": ("mona", lambda q: ("/admin/forum/decision/", None)),
    "admin journal, a verb": ("mona", lambda q: ("/admin/forum/decision/?verb__exact=refuse", None)),
}


@pytest.mark.parametrize("name", WHAT_IS_DONE)
def test_nothing_counts_walks_past_or_reads_all_answers(name, town, client_of, request):
    who, what = WHAT_IS_DONE[name]
    address, fields = what(town)
    client = client_of(request.getfixturevalue(who))
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address) if fields is None else client.post(address, fields)
    assert response.status_code in (200, 302), response.content.decode()
    queries = [query["sql"] for query in captured]
    assert len(queries) > 3
    for sql in queries:
        assert " OFFSET " not in sql, sql
        assert not COUNTED.search(sql), sql
        assert not scanned(sql), (scanned(sql), sql)


def test_moderators_last_goes_are_found_whatever_he_decided_before(town, mona):
    goes = Decision.objects.filter(by=mona).latest("pk").made_together()
    plant_decisions(2000, by=mona)
    with CaptureQueriesContext(connection) as captured:
        assert len(last_decisions(mona)) == 1
        assert len(goes) == 1
    grouped, _, together = [query["sql"] for query in captured]
    for sql in (grouped, together):
        assert "decision_of_go" in plan_of(sql), sql


@pytest.mark.parametrize("order", ["oldest", "newest"])
@pytest.mark.parametrize("bound", ["after", "since", "before"])
def test_what_a_member_sees_otherwise_than_all_is_found_however_much_is_written(town, alice, order, bound):
    authors = [alice, *(plant_member(f"auteur{number}") for number in range(40))]
    planted = plant_waiting(town, authors, 4000)
    decided = [answer.pk for number, answer in enumerate(planted) if number % 20]
    Answer.objects.filter(pk__in=decided).update(state=State.PUBLISHED, revision=F("latest"))
    let_planner_know("forum_answer")
    with CaptureQueriesContext(connection) as captured:
        own_answers(order, bound, question=town.pk, member=alice.pk, key=planted[2000].path, most=51)
    assert "answer_own_apart" in plan_of(captured[0]["sql"])


def plant_decisions(number: int, by: Member) -> None:
    """A moderator's past months, one decision an hour."""
    answer = Answer.objects.published().earliest("pk")
    since = timezone.now() - timedelta(days=30)
    Decision.objects.bulk_create(
        Decision(
            answer=answer,
            revision_id=answer.latest_id,
            verb=Verb.KEEP,
            from_state=State.PUBLISHED,
            to_state=State.PUBLISHED,
            by=by,
            created_at=since - timedelta(hours=ago),
        )
        for ago in range(number)
    )
    let_planner_know("forum_decision")


def let_planner_know(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def scanned(sql: str) -> list[str]:
    """The growing tables that the planner would read from one end to the other."""
    if not sql.startswith(("SELECT", "UPDATE", "DELETE")):
        return []
    plan = plan_of(sql)
    if connection.vendor == "postgresql":
        return ON_POSTGRESQL.findall(plan)
    if LIMIT.search(sql) and not SORTED.search(plan):
        return []
    names = dict(re.findall(r'"(forum_\w+)" (?:AS )?"?(\w+)"?', sql))
    aliases = {alias: table for table, alias in names.items()}
    found = [aliases.get(name, name) for name in ON_SQLITE.findall(plan)]
    return [name for name in found if re.fullmatch(GROWING, name)]


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN " + sql.replace("%", "%%"), [])
            plan = "\n".join(line for (line,) in cursor.fetchall())
            cursor.execute("SET LOCAL enable_seqscan = on")
            return plan
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"), [])
        return "\n".join(row[-1] for row in cursor.fetchall())
