"""Accounts, opened when the code that came by mail is entered: before that, nothing is written."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from forum.models import Member

from .errors import Conflict

TAKEN = (
    "Quelqu’un vient de prendre ce nom ou cette adresse. "
    "Si c’est vous, connectez-vous\u202f; sinon, choisissez un autre nom."
)


def open_account(*, name: str, email: str, password: str) -> Member:
    """The new member, whose address is verified.

    `name` and `email` are as the form cleaned them, `password` is a hash. Raises Conflict where somebody
    has taken the name, or the address, since the form found it free.
    """
    try:
        with transaction.atomic():
            member = Member.objects.create(username=name, email=email, password=password)
            EmailAddress.objects.create(user=member, email=email, primary=True, verified=True)
    except IntegrityError as error:
        raise Conflict(TAKEN) from error
    return member
