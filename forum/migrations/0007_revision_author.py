"""A revision names its author: what he sent in the last hour is found without looking through all his answers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0006_question_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="author",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,  # the code of before, which may still run, does not know of it
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revisions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["fingerprint", "author"], name="revision_same_words"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["author", "-created_at"], name="revision_of_author"),
        ),
        migrations.RemoveIndex(
            model_name="revision",
            name="revision_same_text",
        ),
    ]
