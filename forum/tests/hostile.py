"""A forum whose readers, moderators and editors have written nothing but injections, wherever something is kept."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from forum.models import (
    Answer,
    Article,
    BlockedPhrase,
    Case,
    Decision,
    Draft,
    Finding,
    Member,
    Notification,
    Question,
    Reason,
    Report,
    Revision,
    Role,
    Sanction,
)
from forum.models.answers import State
from forum.text.clean import clean_line, clean_text
from forum.text.matching import normalise
from forum.text.render import RENDERER, render

from .cast import PASSWORD, make_member
from .injections import INJECTIONS, bundles
from .planting import plant_answer
from .town import passkey

ALL = "\n\n".join(INJECTIONS)
SHEETS = bundles(9_800)  # as much as an answer holds
NOTES = bundles(1_900)
REMARKS = bundles(950)
PIECES = bundles(290)
NAMES = [text for text in INJECTIONS if len(text) <= 30]
Verb = Decision.Verb


@dataclass
class Hostile:
    """Whom there is, and what is asked for by its number. `sheets` are bob's and published."""

    alice: Member
    bob: Member
    sam: Member
    mona: Member
    ada: Member
    article: Article
    question: Question
    drafted: Question
    reason: Reason
    sheets: list[Answer]
    edits: list[Answer]
    returned: list[Answer]
    waiting: list[Answer]
    phrase: BlockedPhrase
    named: Member  # by an injection


def build_hostile() -> Hostile:
    alice, bob, sam = (make_member(name) for name in ("alice", "bob", "sam"))
    mona, ada = make_member("mona", Role.MODERATOR), make_member("ada", Role.ADMINISTRATOR)
    Member.objects.filter(pk=sam.pk).update(suspended_until=timezone.now() + timedelta(days=3))
    named = _members_named_by_injections()
    article = _article()
    question, drafted, *_ = article.questions.order_by("pk")
    for author, text in zip(cycle(named), bundles(140), strict=False):
        plant_answer(question, author, clean_text(text))
    sheets = [plant_answer(drafted, bob, clean_text(text)) for text in SHEETS]
    reasons = _reasons()
    forum = Hostile(
        alice,
        bob,
        sam,
        mona,
        ada,
        article,
        question,
        drafted,
        reasons[0],
        sheets,
        _edits(drafted, alice),
        _returned(drafted, alice, mona, reasons),
        _waiting(question, alice),
        _phrases(mona),
        named[0],
    )
    _reply_to(sheets[0], named)
    _report(sheets[0], reasons)
    _sanction(bob, mona)
    _keep_of_the_account(alice)
    Draft.objects.create(author=alice, question=drafted, text=clean_text(ALL))
    return forum


def cookies_of(member: Member) -> dict[str, str]:
    """The cookies of somebody who has just shown his password again, as some pages ask."""
    client = Client()
    client.force_login(member)
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def _members_named_by_injections() -> list[Member]:
    """The rules of names let none of them in (see `test_injections`): as if they had."""
    members = {}
    for number, text in enumerate(NAMES):
        member = Member(username=clean_line(text), email=f"{number}@example.org")
        member.set_unusable_password()
        if not Member.objects.filter(username__iexact=member.username).exists():
            member.save()
            members[member.pk] = member
    first, *others = members.values()
    first.set_password(PASSWORD)  # somebody who looks at his own pages
    first.save()
    EmailAddress.objects.create(user=first, email=first.email, verified=True, primary=True)
    return [first, *others]


def _article() -> Article:
    article = Article.objects.create(
        slug="hostile",
        title=clean_line(bundles(190)[0]),
        lead=clean_text(bundles(1_400)[0]),
        body=clean_text(ALL),
        sources=clean_text(ALL.replace("\n", " ").replace("  ", "\n")),
        moderation="after",
    )
    for position, text in enumerate(bundles(950), 1):
        Question.objects.create(article=article, position=position, text=clean_line(text))
    return article


def _reasons() -> list[Reason]:
    """The labels are options of every menu of reasons, so there are but few."""
    labels = [text for text in INJECTIONS if len(text) <= 80][::40]
    return [
        Reason.objects.create(
            code=f"r{number}", label=clean_line(label), explanation=clean_text(text), remedy="", position=number
        )
        for number, (label, text) in enumerate(zip(labels, cycle(PIECES), strict=False))
    ]


def _revise(answer: Answer, text: str) -> None:
    """An edit that waits behind the published version."""
    text = clean_text(text)
    answer.latest = Revision.objects.create(
        answer=answer, number=2, text=text, html=render(text), renderer=RENDERER, fingerprint="1" * 64
    )
    answer.edit_state = State.PENDING
    answer.save()


def _edits(question: Question, author: Member) -> list[Answer]:
    """One edit that adds all, and one that changes a word of each."""
    edits = []
    for text in SHEETS:
        for before in ("Rien.", text.replace("zq", "qz")):
            answer = plant_answer(question, author, clean_text(before))
            _revise(answer, text)
            Case.objects.create(answer=answer, risk=3)
            edits.append(answer)
    return edits


def _returned(question: Question, author: Member, by: Member, reasons: list[Reason]) -> list[Answer]:
    """The moderators' words to the author: in his list, among his notices, in the journal."""
    returned = []
    for note, text, reason in zip(NOTES, cycle(SHEETS), cycle(reasons)):
        answer = plant_answer(question, author, clean_text(text), state=State.RETURNED)
        decision = Decision.objects.create(
            answer=answer,
            revision=answer.latest,
            verb=Verb.RETURN,
            from_state=State.PENDING,
            to_state=State.RETURNED,
            by=by,
            reason=reason,
            note=clean_text(note),
        )
        Notification.objects.create(
            recipient=author, kind=Notification.Kind.DECISION, answer=answer, decision=decision
        )
        returned.append(answer)
    return returned


def _waiting(question: Question, author: Member) -> list[Answer]:
    """Texts that checks have held: what they found is quoted, and marked in the text."""
    waiting = []
    for text in PIECES:
        answer = plant_answer(question, author, clean_text(text), state=State.PENDING)
        Case.objects.create(answer=answer, risk=5)
        passages = [line for line in clean_text(text).split("\n") if line]
        Finding.objects.create(
            revision=answer.latest,
            check_name=Finding.Check.BLOCKED_PHRASE,
            detail=clean_line(text)[:300],
            passages=[passages[0], *(passage[3:20] for passage in passages)],
        )
        waiting.append(answer)
    return waiting


def _phrases(by: Member) -> BlockedPhrase:
    """All that fit; the first is a member's page long in the log of the admin."""
    seen = set()
    for text in INJECTIONS:
        phrase = clean_line(text)[:100]
        if (normalised := normalise(phrase)) and len(normalised) <= 400 and normalised not in seen:
            seen.add(normalised)
            BlockedPhrase.objects.create(phrase=phrase, note=phrase, added_by=by)
    phrase = BlockedPhrase.objects.order_by("pk").first()
    for text in bundles(190):
        LogEntry.objects.create(
            user=by,
            content_type=ContentType.objects.get_for_model(phrase),
            object_id=phrase.pk,
            object_repr=clean_line(text),
            action_flag=CHANGE,
            change_message=clean_line(text),
        )
    return phrase


def _reply_to(answer: Answer, members: list[Member]) -> None:
    """Replies of those whose names are injections: said in the thread, and to the author."""
    for member in members:
        reply = plant_answer(answer.question, member, reply_to=answer)
        Notification.objects.create(recipient=answer.author, kind=Notification.Kind.REPLY, answer=reply)


def _report(answer: Answer, reasons: list[Reason]) -> None:
    for number, (remark, reason) in enumerate(zip(REMARKS, cycle(reasons))):
        Report.objects.create(
            answer=answer,
            revision=answer.revision,
            by=Member.objects.create_user(f"temoin{number}", f"temoin{number}@example.org"),
            reason=reason,
            remark=clean_text(remark),
        )
    Case.objects.create(answer=answer, risk=1)


def _sanction(member: Member, by: Member) -> None:
    """Measures, ended since: what was said of them stays among the member's notices."""
    for note, kind in zip(NOTES, cycle([Sanction.Kind.BAN, Sanction.Kind.UNBAN])):
        row = Sanction.objects.create(member=member, kind=kind, reason=clean_text(note), by=by)
        Notification.objects.create(recipient=member, kind=Notification.Kind.SANCTION, sanction=row)


def _keep_of_the_account(member: Member) -> None:
    """The browsers where somebody says he is logged in, and the names of his keys."""
    for text in bundles(190):
        session = SessionStore()
        session.create()
        UserSession.objects.create(
            user=member, ip="192.0.2.1", session_key=session.session_key, user_agent=clean_line(text)
        )
    credential = passkey()
    for note in NOTES:
        Authenticator.objects.create(
            user=member,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": clean_line(note), "credential": credential},
        )
