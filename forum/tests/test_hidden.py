"""What is hidden leaves no trace: no byte that an outsider can fetch comes from it, or changes with it."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from forum.actions.answers import delete_answer, edit_answer, keep_draft, post_answer
from forum.actions.cases import take_cases
from forum.actions.moderation import decide, undo
from forum.actions.outbox import send_due
from forum.actions.reports import report_answer
from forum.kept_pages import PAGES
from forum.models import Answer, Case, Decision, Member, Notification, Question, Reason
from forum.models.answers import State
from forum.models.fields import path_step
from forum.tests.cast import logged_in, make_member
from forum.tests.crawling import walk

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2021, 2, 17, 12, tzinfo=UTC)  # so that "il y a cinq ans" is not said otherwise a minute later
SECRET_WORDS = "Zanzibar"
SECRET_NAME = "zoraide"
WAITS_COUNTED = 50  # see `CaseQuerySet.usual_wait`
Verb = Decision.Verb


class Forum:
    """Zoraïde writes what is hidden; alice, bob, eddy and the anonymous look on."""

    def __init__(self, alice: Member, bob: Member, eddy: Member, mona: Member, question: Question) -> None:
        self.alice, self.bob, self.mona, self.question = alice, bob, mona, question
        self.zoraide = make_member(SECRET_NAME)
        self.reason = Reason.objects.create(code="off_topic", label="Hors sujet", explanation="Revenez au sujet.")
        self.first = self.publish(self.post(alice, "Ce que pense Alice."))
        self.reply = self.publish(self.post(bob, "Ce que Bob en dit.", self.first))
        self.keep_the_usual_wait()
        self.outsiders = {"anonymous": Client()} | {m.username: logged_in(m) for m in (alice, bob, eddy)}

    def keep_the_usual_wait(self) -> None:
        """The median of the last decisions is public, and is meant to be: here it stays what it is."""
        opened, closed = timezone.now() - timedelta(hours=1), timezone.now()
        cases = [Case(answer=self.first, opened_at=opened, closed_at=closed) for _ in range(WAITS_COUNTED)]
        Case.objects.bulk_create(cases)

    def post(self, author: Member, text: str, reply_to: Answer | None = None) -> Answer:
        key = uuid.uuid4()
        answer = post_answer(author=author, question=self.question, text=text, key=key, reply_to=reply_to)
        Answer.objects.filter(pk=answer.pk).update(created_at=LONG_AGO)
        return fresh(answer)

    def hide(self, reply_to: Answer | None = None) -> Answer:
        """A text that nobody but its author and the moderators may know of."""
        return self.post(self.zoraide, f"{SECRET_WORDS} {uuid.uuid4()}", reply_to)

    def edit(self, answer: Answer) -> Answer:
        author = Member.objects.get(pk=answer.author_id)
        text = f"{SECRET_WORDS}, autrement {uuid.uuid4()}"
        edit_answer(author=author, answer=answer, seen=answer.latest_id, text=text, key=uuid.uuid4())
        return fresh(answer)

    def decide(self, answer: Answer, verb: str) -> Answer:
        answer = fresh(answer)
        outcome = decide(by=self.mona, verb=verb, seen=[answer.latest_id], reason=self.reason)
        assert outcome.decisions
        return fresh(answer)

    def publish(self, answer: Answer) -> Answer:
        return self.decide(answer, Verb.PUBLISH)

    def undo(self, answer: Answer) -> Answer:
        undo(by=self.mona, decision=answer.decisions.order_by("-pk")[0])
        return fresh(answer)

    def everything_outside(self) -> dict[tuple[str, str], bytes]:
        PAGES.clear()  # each page as it would be made now
        return {
            (who, address): body
            for who, client in self.outsiders.items()
            for address, body in crawl(client).items()
        }


@pytest.fixture
def forum(alice, bob, eddy, mona, question) -> Forum:
    return Forum(alice, bob, eddy, mona, question)


def fresh(answer: Answer) -> Answer:
    return Answer.objects.select_related("latest", "revision").get(pk=answer.pk)


# Static files, the reader's own account, and the admin's filters: they multiply without end.
ASIDE = re.compile(r"/static/|/compte/|/admin/.*[?]")


def crawl(client: Client, *starts: str) -> dict[str, bytes]:
    """Every page that links lead to, from the front page on; without what is random."""
    starts = starts or ("/", "/regles/", "/mes-reponses/", "/avis/")
    pages = walk(client, *starts, aside=lambda link, page: bool(ASIDE.match(link)))
    return {
        address: without_chance(page.headers.get("Location", "").encode() + page.body)
        for address, page in pages.items()
    }


def without_chance(body: bytes) -> bytes:
    body = re.sub(rb'(name="csrfmiddlewaretoken" value=)"\w+"', rb"\1", body)
    return re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"", body)


def changes(before: dict, after: dict) -> set:
    return {page for page in before | after if before.get(page) != after.get(page)}


def traces(answer: Answer, pages: dict) -> list[tuple]:
    """Where the words, the author or the number of an answer stand in what others can fetch."""
    number = rb"(reponses?|auteur|sous|dossier|texte-reponse)[-/]%d\b" % answer.pk
    clues = [SECRET_WORDS.encode(), SECRET_NAME.encode(), number]
    return [(page, clue) for page, body in pages.items() for clue in clues if re.search(clue, body)]


# --- A hidden text comes, changes and goes ------------------------------------------------------------


def only_waits(forum: Forum, answer: Answer) -> Answer:
    return answer


def is_returned_mended_and_refused(forum: Forum, answer: Answer) -> Answer:
    answer = forum.edit(forum.decide(answer, Verb.RETURN))
    return forum.decide(answer, Verb.REFUSE)


def is_refused_and_undone(forum: Forum, answer: Answer) -> Answer:
    return forum.undo(forum.decide(answer, Verb.REFUSE))


def is_taken_by_a_moderator(forum: Forum, answer: Answer) -> Answer:
    take_cases(forum.mona, [answer.cases.get().pk])
    return answer


def is_deleted(forum: Forum, answer: Answer) -> Answer:
    delete_answer(author=forum.zoraide, answer=answer)
    return fresh(answer)


def is_refused_then_deleted(forum: Forum, answer: Answer) -> Answer:
    return is_deleted(forum, forum.decide(answer, Verb.REFUSE))


def was_published_by_mistake(forum: Forum, answer: Answer) -> Answer:
    return forum.undo(forum.publish(answer))


def was_published_and_withdrawn(forum: Forum, answer: Answer) -> Answer:
    return forum.decide(forum.publish(answer), Verb.WITHDRAW)


def was_withdrawn_with_an_edit_waiting(forum: Forum, answer: Answer) -> Answer:
    return forum.decide(forum.edit(forum.publish(answer)), Verb.WITHDRAW)


def was_published_and_deleted(forum: Forum, answer: Answer) -> Answer:
    return is_deleted(forum, forum.publish(answer))


def was_withdrawn_then_deleted(forum: Forum, answer: Answer) -> Answer:
    return is_deleted(forum, was_published_and_withdrawn(forum, answer))


@pytest.mark.parametrize("is_reply", [False, True], ids=["answer", "reply"])
@pytest.mark.parametrize(
    "what_happens",
    [
        only_waits,
        Forum.edit,
        is_returned_mended_and_refused,
        is_refused_and_undone,
        is_taken_by_a_moderator,
        is_deleted,
        is_refused_then_deleted,
        was_published_by_mistake,
        was_published_and_withdrawn,
        was_withdrawn_with_an_edit_waiting,
        was_published_and_deleted,
        was_withdrawn_then_deleted,
    ],
    ids=lambda story: story.__name__,
)
def test_nothing_outside_changes_with_a_hidden_text(
    forum, what_happens: Callable[[Forum, Answer], Answer], is_reply
):
    before = forum.everything_outside()
    answer = what_happens(forum, forum.hide(forum.first if is_reply else None))
    assert answer.state != State.PUBLISHED
    after = forum.everything_outside()
    assert not changes(before, after)
    assert not traces(answer, after)


@pytest.mark.parametrize("verb", ["", Verb.RETURN, Verb.REFUSE])
def test_nothing_outside_changes_with_the_edit_of_a_published_text(forum, verb):
    published = forum.first
    before = forum.everything_outside()
    answer = forum.edit(published)
    if verb:
        answer = forum.decide(answer, verb)
    after = forum.everything_outside()
    assert {who for who, _ in changes(before, after)} <= {"alice"}  # its author is told
    assert answer.edit_state
    assert not [page for page, body in after.items() if page[0] != "alice" and SECRET_WORDS.encode() in body]


def test_nothing_outside_changes_with_drafts_and_reports(forum):
    before = forum.everything_outside()
    keep_draft(author=forum.zoraide, question=forum.question, text=SECRET_WORDS)
    keep_draft(author=forum.zoraide, question=forum.question, reply_to=forum.first, text=SECRET_WORDS)
    report_answer(by=forum.zoraide, answer=forum.first, reason=forum.reason, remark=SECRET_WORDS)
    assert not changes(before, forum.everything_outside())


@pytest.mark.parametrize("what_happens", [only_waits, was_published_and_withdrawn, was_published_and_deleted])
def test_admin_of_an_editor_shows_no_trace_of_a_hidden_text(forum, what_happens):
    answer = what_happens(forum, forum.hide(forum.first))
    pages = crawl(forum.outsiders["eddy"], "/admin/")
    assert f"/admin/forum/article/{forum.question.article_id}/change/" in pages
    assert not traces(answer, pages)


# --- Placeholders -------------------------------------------------------------------------------------


def is_withdrawn(forum: Forum, answer: Answer) -> Answer:
    return forum.decide(answer, Verb.WITHDRAW)


@pytest.mark.parametrize(
    ("what_happens", "said"),
    [(is_withdrawn, "Cette réponse n’est plus là."), (is_deleted, "Cette réponse n’est plus là.")],
)
def test_placeholder_carries_neither_author_nor_number_nor_text(forum, what_happens, said):
    parent = forum.publish(forum.hide())
    reply = forum.publish(forum.post(forum.bob, "Bob répond à ce qui va disparaître.", parent))
    below = forum.publish(forum.post(forum.alice, "Alice répond à Bob.", reply))
    parent = what_happens(forum, parent)
    pages = forum.everything_outside()
    thread = pages["anonymous", forum.question.get_absolute_url()]
    assert thread.count(said.encode()) == 1
    assert "Bob répond à ce qui va disparaître.".encode() in thread
    assert not traces(parent, pages)
    assert path_step(parent.pk).encode() not in thread
    for row in (reply, below):
        assert ("anonymous", row.get_absolute_url()) in pages


def test_a_placeholder_goes_with_the_last_reply_that_hung_on_it(forum):
    before = forum.everything_outside()
    parent = forum.publish(forum.hide())
    reply = forum.publish(forum.post(forum.zoraide, f"{SECRET_WORDS} encore", parent))
    forum.decide(parent, Verb.WITHDRAW)
    forum.decide(reply, Verb.WITHDRAW)
    assert not changes(before, forum.everything_outside())


def test_hidden_replies_hold_up_no_placeholder(forum):
    before = forum.everything_outside()
    parent = forum.publish(forum.hide())
    forum.hide(parent)
    forum.decide(parent, Verb.WITHDRAW)
    assert not changes(before, forum.everything_outside())


# --- Notices and mails ---------------------------------------------------------------------------------


def test_notice_and_mail_of_a_reply_that_was_hidden_meanwhile_are_gone(forum):
    before = forum.everything_outside()
    send_due()
    mail.outbox.clear()
    for hide in (was_published_and_withdrawn, was_published_by_mistake, was_published_and_deleted):
        hide(forum, forum.hide(forum.first))
    assert (
        Notification.objects.filter(recipient=forum.alice, kind="reply", answer__author=forum.zoraide).count() == 3
    )
    send_due()
    assert not [message for message in mail.outbox if message.to != [forum.zoraide.email]]
    assert not changes(before, forum.everything_outside())


def test_mail_of_a_reply_shows_its_published_text_and_not_the_edit_that_waits(forum):
    send_due()
    mail.outbox.clear()
    reply = forum.publish(forum.post(forum.bob, "Ce que Bob ajoute.", forum.first))
    forum.edit(reply)
    send_due()
    (message,) = [message for message in mail.outbox if message.to == [forum.alice.email]]
    assert "Ce que Bob ajoute." in message.body
    assert SECRET_WORDS not in f"{message.subject}{message.body}"


def test_mail_of_a_reply_to_a_text_hidden_meanwhile_does_not_carry_that_text(forum):
    parent = forum.publish(forum.hide())
    forum.publish(forum.post(forum.bob, "Bob répond.", parent))
    forum.decide(parent, Verb.WITHDRAW)
    send_due()
    told = [message for message in mail.outbox if message.to != [forum.zoraide.email]]
    assert not [message for message in told if SECRET_WORDS in f"{message.subject}{message.body}"]


def test_author_is_told_nothing_more_of_a_text_that_he_deleted(forum):
    answer = forum.decide(forum.hide(), Verb.RETURN)
    delete_answer(author=forum.zoraide, answer=answer)
    send_due()
    assert not [message for message in mail.outbox if message.to == [forum.zoraide.email]]
    assert "Hors sujet" not in logged_in(forum.zoraide).get("/avis/").text
