"""What a member sees in a thread otherwise than everyone is found at once: his edits that wait, too.

The rest of a page is the same for all, and kept.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("forum", "0013_place_in_thread")]

    operations = [
        migrations.AddIndex(
            "answer",
            models.Index(
                fields=["author", "question", "path"],
                condition=Q(state__in=["pending", "returned", "refused", "withdrawn"])
                | Q(Q(state="published"), ~Q(edit_state="")),
                name="answer_own_apart",
            ),
        ),
        migrations.RemoveIndex("answer", "answer_own_alone"),
    ]
