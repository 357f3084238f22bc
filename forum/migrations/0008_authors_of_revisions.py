"""Write the authors of the revisions that there are: whoever writes meanwhile waits for one batch at most."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

BATCH = 5000


def name_authors(apps, schema_editor) -> None:
    answer, revision = apps.get_model("forum", "Answer"), apps.get_model("forum", "Revision")
    author = Subquery(answer.objects.filter(pk=OuterRef("answer")).values("author")[:1])
    last = revision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for first in range(0, last + 1, BATCH):
        revision.objects.filter(pk__gte=first, pk__lt=first + BATCH, author=None).update(author=author)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("forum", "0007_revision_author")]
    operations = [migrations.RunPython(name_authors, migrations.RunPython.noop)]
