"""Send the mails that wait, and keep the house: once, or for as long as it runs."""

import logging
import signal
import time
from queue import Empty, SimpleQueue

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections

from forum.actions.housekeeping import tidy
from forum.actions.outbox import mails_are_due, send_due

PAUSE = 5  # seconds between two looks, when there was nothing to do
TIDY_EVERY = 60 * 60  # seconds

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Send the waiting notices by mail, and clear away expired sessions and abandoned sign-ups."
    tidied_at = float("-inf")  # on the clock of `time.monotonic`

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="keep sending until stopped")

    def handle(self, *, forever: bool, **options) -> None:
        if settings.READ_ONLY:
            self._rest(forever)
        elif forever:
            self._work_until_told_to_stop()
        else:
            self._report(*self._drain())
            self._tidy()

    def _rest(self, forever: bool) -> None:
        """A service that ended would only be started again."""
        told_to_stop = _orders()
        self._say("The forum is in read-only mode: the mails wait, and nothing is cleared away.")
        if forever:
            told_to_stop.get()

    def _work_until_told_to_stop(self) -> None:
        told_to_stop = _orders()
        while told_to_stop.empty():
            try:
                sent, failed = send_due(told_to_stop.empty)
            except OperationalError as error:
                self.stderr.write(f"The database does not answer ({type(error).__name__}); trying again.")
                sent = failed = 0
            if sent or failed:
                self._report(sent, failed)
            if told_to_stop.empty() and time.monotonic() - self.tidied_at >= TIDY_EVERY:
                self._tidy()
            close_old_connections()
            if not sent and _comes_within(PAUSE, told_to_stop):
                return

    def _drain(self) -> tuple[int, int]:
        """Batch after batch until none is due: what failed is due later, what no longer holds is done."""
        sent = failed = 0
        while mails_are_due():
            more, also_failed = send_due()
            sent, failed = sent + more, failed + also_failed
        return sent, failed

    def _tidy(self) -> None:
        """A fault here, whatever it is, must not keep the mails from going."""
        self.tidied_at = time.monotonic()
        try:
            tidy()
        except Exception:
            logger.exception("The housekeeping failed")

    def _report(self, sent: int, failed: int) -> None:
        self._say(f"{sent} sent, {failed} to try again later.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()  # a service writes to a pipe, which keeps its lines back


def _orders() -> SimpleQueue[int]:
    """Where an order to stop comes in. No Event: its `set` waits for ever for a lock that the `wait` it
    has interrupted may hold."""
    orders: SimpleQueue[int] = SimpleQueue()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _: orders.put(number))
    return orders


def _comes_within(seconds: float, orders: SimpleQueue[int]) -> bool:
    """Wait so long for an order, and no longer than until it comes."""
    try:
        orders.get(timeout=seconds)
    except Empty:
        return False
    return True
