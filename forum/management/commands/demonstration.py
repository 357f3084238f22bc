"""Show the forum with demonstration members and texts, or remove them."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forum.actions.demonstration import NoDemonstrationError, load_demonstration
from forum.actions.demonstration_removal import remove_demonstration
from forum.actions.errors import ActionError


class Command(BaseCommand):
    help = "Load the demonstration (development only), or remove all that its members made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["load", "remove"])

    def handle(self, *, what: str, **options) -> None:
        if what == "load":
            self._load()
        else:
            self._remove()

    def _load(self) -> None:
        try:
            passwords = load_demonstration()
        except NoDemonstrationError as error:
            raise CommandError(str(error)) from None
        except ActionError as error:
            raise CommandError(f"The demonstration was not loaded: {error.message}") from None
        if not passwords:
            self.stdout.write("Demonstration members are there already: nothing was loaded.")
            return
        self.stdout.write("The demonstration is loaded. These passwords are shown this once:")
        for name, password in passwords.items():
            self.stdout.write(f"  {name:<20}  {password}")

    def _remove(self) -> None:
        removal = remove_demonstration()
        self.stdout.write(f"Removed {removal.members} demonstration members and {removal.answers} answers.")
        if removal.placeholders:
            self.stdout.write(
                f"Stay as deleted, since real members wrote below them: {removal.placeholders} answer(s)."
            )
        if removal.closed:
            self.stdout.write(
                f"Stay closed, since a placeholder or a decision names them: {removal.closed} account(s)."
            )
