"""How a text can be mended is said apart from what is wrong with it: only who can send it again is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0004_notification_of_measures"),
    ]

    operations = [
        migrations.AddField(
            model_name="reason",
            name="remedy",
            field=models.TextField(
                blank=True,
                help_text="Ce que l’auteur peut corriger\u202f: dit seulement quand son texte lui est rendu.",
                verbose_name="remède",
            ),
        ),
        migrations.AlterField(
            model_name="reason",
            name="explanation",
            field=models.TextField(
                help_text="Une ou deux phrases\u202f: ce qui ne va pas, ou pourquoi le texte a sa place ici.",
                verbose_name="explication pour l’auteur",
            ),
        ),
    ]
