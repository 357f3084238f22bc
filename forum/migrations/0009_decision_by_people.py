"""The journal shows what people decided: it does not walk past all that screening let out in between."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0008_authors_of_revisions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                fields=["-id"], condition=models.Q(("by__isnull", False)), name="decision_by_people"
            ),
        ),
    ]
