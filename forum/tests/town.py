"""A small forum with somebody in every role and an answer in every state, for tests that try every address."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from forum.actions.answers import delete_answer, post_answer
from forum.actions.moderation import decide
from forum.models import Answer, Article, BlockedPhrase, Decision, Member, Question, Reason, Role
from forum.models.answers import State

from .cast import PASSWORD, logged_in, make_member

ROLES = ["anonymous", "reader", "author", "moderator", "editor", "administrator", "suspended", "banned"]
NAMES = dict(zip(ROLES[1:], ["bob", "alice", "mona", "eddy", "ada", "sam", "brice"], strict=True))
HIDDEN = [State.PENDING, State.RETURNED, State.REFUSED, State.WITHDRAWN, State.DELETED]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
Verb = Decision.Verb


@dataclass
class Town:
    """Whom and what there is. `answers`, by state, are alice's: she is "the author"."""

    members: dict[str, Member] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)  # of the sessions, by role
    article: Article | None = None
    bare_article: Article | None = None  # nobody answered it
    question: Question | None = None
    reason: Reason | None = None
    spare_reason: Reason | None = None  # nothing was ever decided for it
    phrase: BlockedPhrase | None = None
    decision: Decision | None = None  # the last word on the refused answer
    passkey: Authenticator | None = None  # alice's

    def client(self, role: str, **options) -> Client:
        """A client of its own, logged in as that role is."""
        client = Client(raise_request_exception=False, **options)
        if role in self.cookies:
            client.cookies["sessionid"] = self.cookies[role]
        return client


def build_town() -> Town:
    """Everybody logged in; `banned` had a session before, and somehow still has it."""
    town = Town()
    for role, name in NAMES.items():
        member = make_member(name, role if role in Role.values else Role.READER)
        town.members[role], town.cookies[role] = member, _log_in(member)
    Member.objects.filter(username="sam").update(suspended_until=timezone.now() + timedelta(days=30))
    Member.objects.filter(username="brice").update(is_active=False)
    town.reason = Reason.objects.create(code="off_topic", label="Hors sujet", explanation="Revenez à la question.")
    town.spare_reason = Reason.objects.create(code="spare", label="Sans emploi", explanation="Rien encore.")
    town.phrase = BlockedPhrase.objects.create(phrase="tocard")
    town.bare_article = Article.objects.create(slug="sans-reponse", title="Sans réponse", body="Un texte.")
    Question.objects.create(article=town.bare_article, text="Et ici\u202f?")
    town.article = Article.objects.create(slug="la-panne", title="La panne", lead="Un réseau perdu.", body="Muet.")
    town.question = Question.objects.create(article=town.article, text="Que pensez-vous de son retour\u202f?")
    for state in State:
        town.answers[state] = _answer_in(state, town)
    town.decision = Decision.objects.get(answer=town.answers[State.REFUSED])
    _give_second_factors(town)
    return town


def _log_in(member: Member) -> str:
    """The session of somebody who has just shown his password again, as some pages ask. Returns its key."""
    cache.clear()  # the limits count all that comes from one address together
    client = logged_in(member)
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    return client.cookies["sessionid"].value


def _answer_in(state: str, town: Town) -> Answer:
    author, mona = town.members["author"], town.members["moderator"]
    text = f"Texte {state} d’alice, {uuid.uuid4().hex}."
    answer = post_answer(author=author, question=town.question, text=text, key=uuid.uuid4())
    steps = {
        State.PUBLISHED: [Verb.PUBLISH],
        State.RETURNED: [Verb.RETURN],
        State.REFUSED: [Verb.REFUSE],
        State.WITHDRAWN: [Verb.PUBLISH, Verb.WITHDRAW],
    }
    for verb in steps.get(state, []):
        decide(by=mona, verb=verb, seen=[answer.latest_id], reason=town.reason)
    if state == State.DELETED:
        delete_answer(author=author, answer=answer)
    return Answer.objects.select_related("latest", "revision").get(pk=answer.pk)


def _give_second_factors(town: Town) -> None:
    alice = town.members["author"]
    TOTP.activate(alice, SECRET)
    RecoveryCodes.activate(alice).mark_as_viewed()  # allauth writes down the first look at them
    data = {"name": "Clé 1", "credential": passkey()}
    town.passkey = Authenticator.objects.create(user=alice, type=Authenticator.Type.WEBAUTHN, data=data)


def passkey() -> dict:
    """What a browser sends when a passkey is added."""
    public_key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(Aaguid.NONE, b"passkey", public_key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(b"\0" * 32, flags, 1, attested)
    client_data = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"challenge", "http://testserver")
    parts = {"clientDataJSON": client_data, "attestationObject": AttestationObject.create("none", data, {})}
    response = {name: websafe_encode(part) for name, part in parts.items()}
    return {
        "id": websafe_encode(b"passkey"),
        "rawId": websafe_encode(b"passkey"),
        "type": "public-key",
        "response": response,
    }


class _TakenBackError(Exception):
    pass


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens inside has not happened."""
    cache.clear()
    try:
        with transaction.atomic():
            yield
            raise _TakenBackError
    except _TakenBackError:
        pass


def every_route(resolver=None, prefix: str = "", space: str = "") -> Iterator[str]:
    """What each address of the site is called; those without a name, by their route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}" if entry.name else route
        else:
            yield from every_route(entry, route, f"{entry.namespace}:" if entry.namespace else space)
