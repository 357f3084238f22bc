"""Django's `loaddata`, which would put back the counts that a fixture was written with."""

from django.core.management.commands import loaddata

from forum.actions.threads import recount
from forum.models import Answer, Question


class Command(loaddata.Command):
    def handle(self, *fixtures, **options) -> None:
        super().handle(*fixtures, **options)
        if {Question, Answer} & self.models:
            recount(repair=True)
