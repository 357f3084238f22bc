"""An answer has its place in its question, by its path: one index says both, and keeps the places apart.

By the index of all paths alone, PostgreSQL found a page of a thread by walking through the answers of others.
"""

from django.db import migrations, models
from django.db.models import PROTECT

from forum.models.fields import PathField

INDEX = "forum_answer_question_id_1de8b9e5"


class Migration(migrations.Migration):
    dependencies = [("forum", "0012_fewer_indexes")]

    operations = [
        migrations.AddConstraint(
            "answer", models.UniqueConstraint(fields=["question", "path"], name="answer_place_once")
        ),
        migrations.AlterField("answer", "path", PathField(editable=False, max_length=35, null=True)),
        # As in 0012: its index is the beginning of the one above.
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(f"DROP INDEX {INDEX}", f"CREATE INDEX {INDEX} ON forum_answer (question_id)")],
            [
                migrations.AlterField(
                    "answer",
                    "question",
                    models.ForeignKey(
                        "forum.question",
                        PROTECT,
                        db_index=False,
                        related_name="answers",
                        verbose_name="question",
                    ),
                )
            ],
        ),
    ]
