"""Each thread has a version, under which its pages are kept until readers see something else there."""

from django.db import migrations, models

import forum.models.articles


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0005_reason_remedy"),
    ]

    operations = [
        migrations.AddField(
            model_name="question",
            name="version",
            field=models.BigIntegerField(default=forum.models.articles.new_version, editable=False),
        ),
    ]
