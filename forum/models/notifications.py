"""Notices: seen in the site, and sent by mail from this same table."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from .answers import Answer, State
from .members import Sanction
from .moderation import Decision

# Beyond the end of every lease and every wait between two tries: what is due later was dated by a wrong clock.
FURTHEST = timedelta(hours=7)
# The same of the first tries, after which a mail waits for minutes.
FIRST_TRIES, NEAR = 3, timedelta(minutes=10)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def shown_to(self, member) -> "NotificationQuerySet":
        """The member's notices, but for those whose decision was taken back or whose text is gone."""
        rows = self.filter(recipient=member, decision__undone_by=None)
        unseen_reply = models.Q(kind=Notification.Kind.REPLY) & ~models.Q(answer__state=State.PUBLISHED)
        return (
            rows.exclude(unseen_reply)
            .exclude(answer__state=State.DELETED)
            .select_related(
                "answer__question", "answer__author", "answer__revision", "decision__reason", "sanction"
            )
        )

    def to_send(self) -> "NotificationQuerySet":
        """Neither sent nor given up, and in no other worker's hands.

        A mail that was written or claimed while the machine's clock was ahead does not wait until then.
        """
        now = timezone.now()
        is_new = models.Q(tries=0)
        is_due = models.Q(next_try_at__lte=now)
        was_ahead = models.Q(next_try_at__gt=now + FURTHEST)
        was_little_ahead = models.Q(tries__lte=FIRST_TRIES, next_try_at__gt=now + NEAR)
        return self.filter(is_new | is_due | was_ahead | was_little_ahead, done_at=None)


class Notification(models.Model):
    class Kind(models.TextChoices):
        DECISION = "decision", "décision"
        REPLY = "reply", "réponse"
        SANCTION = "sanction", "mesure"

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="notifications"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    # What it tells of: an answer, and what was decided about it; or a measure about the member.
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="+")
    decision = models.ForeignKey(Decision, models.CASCADE, null=True, related_name="+")
    sanction = models.OneToOneField(Sanction, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    # The mail: a stable Message-ID, so that a repeat after a crash is recognised as one.
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    next_try_at = models.DateTimeField(default=timezone.now)  # also the lease of the worker that has it
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)  # sent, or no longer to be sent
    was_sent = models.BooleanField(default=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "answer"],
                condition=models.Q(decision=None),
                name="notification_once_per_answer",
            ),
            models.UniqueConstraint(
                fields=["recipient", "decision"],
                condition=~models.Q(decision=None),
                name="notification_once_per_decision",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="sanction", sanction__isnull=False, answer=None, decision=None)
                | ~models.Q(kind="sanction") & models.Q(sanction=None, answer__isnull=False),
                name="notification_about_something",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(done_at=None), name="notification_to_send"),
            models.Index(fields=["recipient", "-id"], name="notification_of_member"),
            models.Index(fields=["recipient"], condition=models.Q(read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return f"Avis {self.pk}"
