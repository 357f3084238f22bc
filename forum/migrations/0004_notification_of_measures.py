"""A notice can tell of a measure about its recipient instead of an answer."""

import django.db.models.deletion
from django.db import migrations, models

ABOUT_A_MEASURE = models.Q(kind="sanction", sanction__isnull=False, answer=None, decision=None)
ABOUT_AN_ANSWER = ~models.Q(kind="sanction") & models.Q(sanction=None, answer__isnull=False)


def forget_measures(apps, schema_editor) -> None:
    """On the way back: the table before had no place for them."""
    apps.get_model("forum", "Notification").objects.filter(kind="sanction").delete()


class Migration(migrations.Migration):
    dependencies = [("forum", "0003_reasons_in_favour")]
    operations = [
        migrations.AddField(
            "notification",
            "sanction",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="forum.sanction"
            ),
        ),
        migrations.AlterField(
            "notification",
            "answer",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="forum.answer"
            ),
        ),
        migrations.AlterField(
            "notification",
            "kind",
            models.CharField(
                choices=[("decision", "décision"), ("reply", "réponse"), ("sanction", "mesure")], max_length=8
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_measures),
        migrations.AddConstraint(
            "notification",
            models.CheckConstraint(
                condition=ABOUT_A_MEASURE | ABOUT_AN_ANSWER, name="notification_about_something"
            ),
        ),
    ]
