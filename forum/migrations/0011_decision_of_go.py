"""An index of what a moderator decided in one go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forum", "0010_own_alone")]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                fields=["by", "created_at"],
                condition=models.Q(("by__isnull", False)),
                name="decision_of_go",
            ),
        ),
    ]
