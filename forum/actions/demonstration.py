"""The demonstration: members and texts that show every state.

Each text goes through the actions that readers and moderators use, so cases, findings, notices
and counts are real ones. Then whatever bears the time of loading is set back to the time that
the demonstration tells of. The actions themselves can therefore not be told another time than
the present, by anybody; the guard that stands before decisions is lifted here alone.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from forum.models import Answer, Case, Decision, Member, Notification, Question, Reason, Report, Revision
from forum.models.answers import State
from forum.models.guards import guards_lifted
from forum.text.passwords import readable_password

from .answers import delete_answer, edit_answer, post_answer
from .moderation import decide
from .reports import report_answer
from .threads import lock_threads

Verb = Decision.Verb

FILE = Path(settings.BASE_DIR) / "fixtures" / "demonstration" / "texts.json"
ARTICLE = "parler-tente-un-retour"
MODERATOR = "demo-moderation"
LOGINS = ("demo-lectrice", MODERATOR, "demo-redaction", "demo-administration")

# What the file leaves open, in hours: how long texts waited for their decision, when a published
# one was taken off after its last reply, and how long ago reports came in, one after the other.
WAITS = (0.3, 0.75, 0.45, 0.9, 0.2, 0.6)
LATER = 2
REPORTED = (18, 11, 4, 2)

DECIDED = {State.PUBLISHED: Verb.PUBLISH, State.RETURNED: Verb.RETURN, State.REFUSED: Verb.REFUSE}
GONE = (State.WITHDRAWN, State.DELETED)

# Every time that loading writes, and whose it is.
TIMES: list[tuple[type, str, str]] = [
    (Answer, "created_at", "author"),
    (Answer, "published_at", "author"),
    (Revision, "created_at", "answer__author"),
    (Case, "opened_at", "answer__author"),
    (Case, "closed_at", "answer__author"),
    (Decision, "created_at", "answer__author"),
    (Report, "created_at", "answer__author"),
    (Notification, "created_at", "answer__author"),
    (Notification, "done_at", "answer__author"),
]


class NoDemonstrationError(Exception):
    """The demonstration cannot be shown here; says why, in one line."""


def load_demonstration() -> dict[str, str]:
    """Load everything or nothing; returns the passwords made up for `LOGINS`, kept nowhere.

    Where demonstration members are, nothing is done and nothing returned. Raises
    `NoDemonstrationError` with DEBUG off or without the article, and `ActionError` where the
    site's settings do not let the texts in (closed questions).
    """
    if not settings.DEBUG:
        raise NoDemonstrationError("The demonstration is for development: nothing is loaded with DEBUG off.")
    said = json.loads(FILE.read_text(encoding="utf-8"))
    with transaction.atomic():
        asked = Question.objects.filter(article__slug=ARTICLE)
        questions = list(lock_threads(asked.values_list("pk", flat=True)).values())
        if len(questions) < max(answer["question"] for answer in said["answers"]):
            raise NoDemonstrationError("The article is missing: manage.py loaddata article reasons blocked_phrases")
        if Member.objects.filter(is_demonstration=True).exists():
            return {}
        with guards_lifted():
            started = timezone.now()
            passwords = _make_members(said["members"], started)
            story = _Story(questions)
            for hours_ago, happens in sorted(story.events(said["answers"]), key=lambda event: -event[0]):
                happens()
                _set_back(started, started - timedelta(hours=hours_ago))
            asked.mark_changed()
    return passwords


def _make_members(rows: list[dict], now: datetime) -> dict[str, str]:
    passwords = {}
    for number, row in enumerate(rows, start=1):
        name = row["username"]
        if name in LOGINS:
            passwords[name] = readable_password()
        member = Member.objects.create_user(
            name,
            f"{name}@example.org",
            passwords.get(name),
            role=row["role"],
            is_demonstration=True,
            joined_at=now - timedelta(days=10 + 17 * number),
        )
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return passwords


class _Story:
    """What happens to the texts of the file, as events that each happen so many hours ago."""

    def __init__(self, questions: list[Question]) -> None:
        self.questions = sorted(questions, key=lambda question: question.position)
        self.members = {member.username: member for member in Member.objects.filter(is_demonstration=True)}
        self.reasons = {reason.code: reason for reason in Reason.objects.all()}
        self.answers: dict[str, Answer] = {}

    def events(self, rows: list[dict]) -> Iterator[tuple[float, Callable[[], None]]]:
        last_reply = {row["reply_to"]: row["hours_ago"] for row in rows}
        reported = iter(REPORTED)
        for number, row in enumerate(rows):
            wait = WAITS[number % len(WAITS)]
            yield row["hours_ago"], partial(self.post, row)
            if row["outcome"] != State.PENDING:
                yield row["hours_ago"] - wait, partial(self.decide, row, DECIDED.get(row["outcome"], Verb.PUBLISH))
            if row["outcome"] in GONE:
                yield last_reply.get(row["id"], row["hours_ago"]) - LATER, partial(self.take_off, row)
            if row["edit"]:
                yield row["edit"]["hours_ago"], partial(self.edit, row)
                if row["edit"]["outcome"] == State.PUBLISHED:
                    yield row["edit"]["hours_ago"] - wait, partial(self.decide, row, Verb.PUBLISH)
            for report in row["reports"]:
                yield next(reported), partial(self.report, row, report)

    def post(self, row: dict) -> None:
        self.answers[row["id"]] = post_answer(
            author=self.members[row["author"]],
            question=self.questions[row["question"] - 1],
            reply_to=self.answers.get(row["reply_to"]),
            text=row["text"],
            key=uuid.uuid4(),
        )

    def edit(self, row: dict) -> None:
        answer = self.answers[row["id"]]
        self.answers[row["id"]] = edit_answer(
            author=answer.author, answer=answer, seen=answer.latest_id, text=row["edit"]["text"], key=uuid.uuid4()
        )

    def decide(self, row: dict, verb: str) -> None:
        """Only where screening held the text: most by then are of known members."""
        answer = self.answers[row["id"]]
        if answer.waits:
            self._decide(answer, row, verb)

    def take_off(self, row: dict) -> None:
        answer = self.answers[row["id"]]
        if row["outcome"] == State.DELETED:
            delete_answer(author=answer.author, answer=answer)
        else:
            self._decide(answer, row, Verb.WITHDRAW)

    def _decide(self, answer: Answer, row: dict, verb: str) -> None:
        why = {} if verb == Verb.PUBLISH else {"reason": self.reasons[row["reason"]], "note": row["note"] or ""}
        decide(by=self.members[MODERATOR], verb=verb, seen=[answer.latest_id], **why)
        answer.refresh_from_db()

    def report(self, row: dict, report: dict) -> None:
        report_answer(
            by=self.members[report["by"]],
            answer=self.answers[row["id"]],
            reason=self.reasons[report["reason"]],
            remark=report["remark"] or "",
        )


def _set_back(started: datetime, moment: datetime) -> None:
    """Give what was just made the time it tells of; what was made before has an earlier one already."""
    news = Notification.objects.filter(recipient__is_demonstration=True, done_at=None)
    news.update(done_at=timezone.now())  # nobody reads mail at these addresses
    for model, time, owner in TIMES:
        made = model._default_manager.filter(**{f"{time}__gte": started, f"{owner}__is_demonstration": True})
        made.update(**{time: moment})
