"""Reasons that speak for a text. A forum that has begun gets one: without any, nothing could be restored."""

from django.db import migrations, models

FIRST = {
    "code": "rules_kept",
    "label": "Conforme aux règles",
    "explanation": "Votre texte a été relu : il respecte les règles du forum et a sa place dans la discussion.",
    "in_favour": True,
    "position": 11,
}


def add_the_first(apps, schema_editor) -> None:
    reasons = apps.get_model("forum", "Reason").objects
    if reasons.exists() and not reasons.filter(code=FIRST["code"]).exists():
        reasons.create(**FIRST)


class Migration(migrations.Migration):
    dependencies = [("forum", "0002_guards")]
    operations = [
        migrations.AddField(
            model_name="reason",
            name="in_favour",
            field=models.BooleanField(
                default=False,
                help_text="Coché : pour maintenir, rétablir ou publier finalement. "
                "Sinon : pour rendre, refuser, retirer ou signaler.",
                verbose_name="en faveur du texte",
            ),
        ),
        migrations.RunPython(add_the_first, migrations.RunPython.noop, elidable=True),
    ]
