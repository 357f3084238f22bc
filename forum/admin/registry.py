"""What the admin offers: the forum's own models, and none of the libraries'."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin import AdminSite
from django.contrib.auth.models import Group

from forum.models import Answer, Article, BlockedPhrase, Decision, Member, Reason

from .answers import AnswerAdmin
from .articles import ArticleAdmin
from .decisions import DecisionAdmin
from .lists import BlockedPhraseAdmin, ReasonAdmin
from .members import MemberAdmin

OFFERED = {
    Answer: AnswerAdmin,
    Article: ArticleAdmin,
    BlockedPhrase: BlockedPhraseAdmin,
    Decision: DecisionAdmin,
    Member: MemberAdmin,
    Reason: ReasonAdmin,
}
# Roles replace groups; the rest holds secrets (keys of sessions, of second factors) or is the
# members' own (their addresses), and is theirs to tend under /compte/.
NOT_OFFERED = [Group, EmailAddress, EmailConfirmation, Authenticator, UserSession]


def furnish(site: AdminSite) -> None:
    """Register the forum's models, and take away what the libraries have registered."""
    for model, model_admin in OFFERED.items():
        site.register(model, model_admin)
    site.unregister([model for model in NOT_OFFERED if site.is_registered(model)])
