"""Render stored texts anew, after the renderer has changed."""

from django.core.management.base import BaseCommand, CommandParser

from forum.actions.revisions import rebuild_html


class Command(BaseCommand):
    help = "Render anew the HTML of texts that an older renderer made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", dest="everything", help="every text, whatever made it")

    def handle(self, *, everything: bool, **options) -> None:
        self.stdout.write(f"{rebuild_html(everything)} texts rendered anew.")
