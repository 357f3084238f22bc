"""A forum that has been lived in: at least one row of every model that a backup must bring back."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from forum.actions.answers import edit_answer, post_answer
from forum.actions.members import sanction
from forum.actions.moderation import decide, undo
from forum.actions.reports import report_answer
from forum.models import BlockedPhrase, Decision, Draft, Member, Sanction
from forum.models.answers import State
from forum.tests.town import Town, build_town

Verb = Decision.Verb
ODD = '« Œuvre »\u202f: \u2028 deux lignes,\n\ttabulation, "guillemets", \\ et 😀 e\u0301'


@pytest.fixture
def settled(transactional_db) -> Town:
    town = build_town()
    alice, bob, mona = (town.members[role] for role in ("author", "reader", "moderator"))
    published = town.answers[State.PUBLISHED]
    _reply_and_edit(town, published, bob, mona)
    report_answer(by=bob, answer=published, reason=town.reason, remark=ODD)
    undo(by=mona, decision=town.decision)
    until = timezone.now() + timedelta(days=3)
    sanction(by=mona, member=bob, kind=Sanction.Kind.SUSPEND, reason=ODD, until=until)
    Draft.objects.create(author=alice, question=town.question, reply_to=published, text=ODD)
    _keep_what_save_would_change(alice)
    _log(mona, published)
    address = EmailAddress.objects.get(user=alice)
    EmailConfirmation.objects.create(email_address=address, key="clé", sent=timezone.now())
    return town


def _reply_and_edit(town: Town, published, bob: Member, mona: Member) -> None:
    reply = post_answer(author=bob, question=town.question, text=ODD, key=uuid.uuid4(), reply_to=published)
    decide(by=mona, verb=Verb.PUBLISH, seen=[reply.latest_id])
    edit_answer(author=bob, answer=reply, seen=reply.latest_id, text=f"{ODD} tocard", key=uuid.uuid4())


def _keep_what_save_would_change(alice: Member) -> None:
    """Values that `save`, a default or a rounding clock would not leave as they are."""
    Member.objects.filter(pk=alice.pk).update(
        look="an older key", joined_at=datetime(2021, 2, 16, 7, 0, 0, 1, tzinfo=UTC), email="Alice@Example.org"
    )
    BlockedPhrase.objects.update(normalised="an older key")


def _log(mona: Member, answer) -> None:
    kinds = [ContentType.objects.get_for_model(answer), None]
    for kind in kinds:
        LogEntry.objects.create(
            user=mona,
            content_type=kind,
            object_id=answer.pk,
            object_repr=ODD,
            action_flag=CHANGE,
            change_message=ODD,
        )
