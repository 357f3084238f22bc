"""An index of what its author alone sees."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forum", "0009_decision_by_people")]

    operations = [
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                fields=["author", "question"],
                condition=models.Q(("state__in", ["pending", "returned", "refused", "withdrawn"])),
                name="answer_own_alone",
            ),
        ),
    ]
