"""The people and texts that tests tell of, as fixtures; conftest.py takes them in."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from forum.models import Article, Member, Question, Reason, Role

PASSWORD = "un mot de passe d’essai"


def make_member(username: str, role: str = Role.READER, **fields) -> Member:
    """A member with a verified address, `<username>@example.org`, and the password `PASSWORD`."""
    member = Member.objects.create_user(username, f"{username}@example.org", PASSWORD, role=role, **fields)
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return member


def logged_in(member: Member, **options) -> Client:
    """A client in which the member is logged in; options are those of `Client`."""
    client = Client(**options)
    client.force_login(member)
    return client


@pytest.fixture
def alice(db) -> Member:
    """A reader."""
    return make_member("alice")


@pytest.fixture
def bob(db) -> Member:
    """Another reader."""
    return make_member("bob")


@pytest.fixture
def mona(db) -> Member:
    """A moderator."""
    return make_member("mona", Role.MODERATOR)


@pytest.fixture
def eddy(db) -> Member:
    """An editor."""
    return make_member("eddy", Role.EDITOR)


@pytest.fixture
def ada(db) -> Member:
    """An administrator."""
    return make_member("ada", Role.ADMINISTRATOR)


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """`client_of(alice)`: a client of its own in which she is logged in."""
    return logged_in


@pytest.fixture
def article(db) -> Article:
    return Article.objects.create(
        slug="la-panne",
        title="La panne",
        lead="Un réseau social perd son hébergeur.",
        body="Le réseau est resté muet un mois.\n\nIl est revenu sans ses anciens messages.",
        dated="2021-02",
    )


@pytest.fixture
def question(article) -> Question:
    """The first closing question of the article."""
    return Question.objects.create(article=article, position=1, text="Que pensez-vous de son retour\u202f?")


@pytest.fixture
def reason(db) -> Reason:
    """What a text is turned down for."""
    return Reason.objects.create(code="off_topic", label="Hors sujet", explanation="Revenez à la question.")


@pytest.fixture
def in_favour(db) -> Reason:
    """What a text is let stand for."""
    return Reason.objects.create(
        code="rules_kept", label="Conforme aux règles", explanation="Il a sa place ici.", in_favour=True
    )
