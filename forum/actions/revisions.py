"""The stored HTML of revisions, made anew when the renderer has changed."""

from django.db import transaction

from forum.models import Answer, Question, Revision
from forum.text.render import RENDERER, render

from .threads import lock_threads

BATCH = 200  # texts in memory and in one UPDATE


def rebuild_html(everything: bool = False) -> int:
    """Render anew the texts that an older renderer made, or all of them; returns how many.

    The texts themselves are not touched: the database refuses it. Each batch is an UPDATE of its
    own, so writers wait for one batch at most, and a run cut short goes on where it was.
    """
    rows = Revision.objects.order_by("pk").only("text")
    if not everything:
        rows = rows.filter(renderer__lt=RENDERER)
    rebuilt = last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for revision in batch:
            revision.html = render(revision.text)
            revision.renderer = RENDERER
        with transaction.atomic():
            threads = lock_threads(Answer.objects.filter(revisions__in=batch).values_list("question", flat=True))
            Revision.objects.bulk_update(batch, ["html", "renderer"])
            Question.objects.filter(pk__in=threads).mark_changed()
        rebuilt += len(batch)
        last = batch[-1].pk
    return rebuilt
