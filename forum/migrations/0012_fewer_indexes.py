"""Fewer indexes to write each text into: none that another one contains, none full of rows that have nothing there.

A foreign key brings an index of its own. It goes as SQL, for Django would make the tables of SQLite anew to
drop it, which takes as long as they are large.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import CASCADE, PROTECT, Q

MEMBER = settings.AUTH_USER_MODEL


def dropped(index: str, model: str, name: str, *relation, **options) -> migrations.SeparateDatabaseAndState:
    """The index of the key, by the name that Django had made for it."""
    return migrations.SeparateDatabaseAndState(
        [migrations.RunSQL(f"DROP INDEX {index}", f"CREATE INDEX {index} ON forum_{model} ({name}_id)")],
        [migrations.AlterField(model, name, models.ForeignKey(*relation, db_index=False, **options))],
    )


class Migration(migrations.Migration):
    dependencies = [("forum", "0011_decision_of_go")]

    operations = [
        # First what stands in for three of them.
        migrations.AddIndex(
            "answer",
            models.Index(fields=["reply_to"], condition=Q(("reply_to__isnull", False)), name="answer_replies"),
        ),
        migrations.AddIndex(
            "decision",
            models.Index(fields=["reason"], condition=Q(("reason__isnull", False)), name="decision_reason"),
        ),
        migrations.AddIndex(
            "decision",
            models.Index(fields=["by", "-id"], condition=Q(("by__isnull", False)), name="decision_of_moderator"),
        ),
        migrations.RemoveIndex("decision", "decision_of_member"),
        dropped(
            *("forum_answer_author_id_490a6009", "answer", "author", MEMBER, PROTECT),
            related_name="answers",
            verbose_name="auteur",
        ),
        dropped(
            *("forum_answer_reply_to_id_5c33bef6", "answer", "reply_to", "forum.answer", PROTECT),
            null=True,
            related_name="replies",
            verbose_name="en réponse à",
        ),
        dropped(
            *("forum_revision_answer_id_dd84de35", "revision", "answer", "forum.answer", PROTECT),
            related_name="revisions",
            verbose_name="réponse",
        ),
        dropped(
            *("forum_decision_answer_id_2d62584d", "decision", "answer", "forum.answer", PROTECT),
            related_name="decisions",
            verbose_name="réponse",
        ),
        dropped(
            *("forum_decision_by_id_ce320aed", "decision", "by", MEMBER, PROTECT),
            null=True,
            related_name="decisions",
            verbose_name="par",
        ),
        dropped(
            *("forum_decision_reason_id_879a59d3", "decision", "reason", "forum.reason", PROTECT),
            null=True,
            related_name="+",
            verbose_name="motif",
        ),
        dropped(
            *("forum_finding_revision_id_bdab40ea", "finding", "revision", "forum.revision", PROTECT),
            related_name="findings",
            verbose_name="version",
        ),
        dropped(
            *("forum_report_revision_id_77e0d6fb", "report", "revision", "forum.revision", PROTECT),
            related_name="+",
            verbose_name="version",
        ),
        dropped(
            *("forum_question_article_id_36787ac8", "question", "article", "forum.article", CASCADE),
            related_name="questions",
            verbose_name="article",
        ),
        dropped(
            *("forum_notification_recipient_id_4a73d922", "notification", "recipient", MEMBER, CASCADE),
            related_name="notifications",
        ),
    ]
