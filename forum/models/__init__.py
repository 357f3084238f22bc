"""What the forum keeps."""

from .answers import Answer, Draft, Revision
from .articles import Article, ModerationMode, Question
from .lists import BlockedPhrase, Reason
from .members import Member, Role, Sanction
from .moderation import Case, Decision, Finding, Report
from .notifications import Notification

__all__ = [
    "Answer",
    "Article",
    "BlockedPhrase",
    "Case",
    "Decision",
    "Draft",
    "Finding",
    "Member",
    "ModerationMode",
    "Notification",
    "Question",
    "Reason",
    "Report",
    "Revision",
    "Role",
    "Sanction",
]
