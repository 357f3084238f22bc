"""The table at the end of a run, and what of it is a breach."""

from statistics import median

from .ledger import Comparison
from .plan import SECONDS_TO_RECOVER
from .run import Run

COUNTED = ("acknowledged", "refused", "broken")
MOST_SHOWN = 20


def report(run: Run, found: Comparison, never_came: int, to_send: int, wrong: list[str]) -> int:
    """Print the table; returns the number of breaches."""
    print(
        f"\n{run.database.name}: {len(run.ledger.acknowledged)} posts acknowledged by {len(run.writers)} writers; "
        f"after each fault {SECONDS_TO_RECOVER} s are allowed"
    )
    print(f"{'':38}{'times':>6}{'arrived':>9}{'given back':>12}{'broken':>8}{'back in, median':>17}{'most':>9}")
    for row in run.rows:
        print(f"{row.name:38}{row.skipped or _figures(run, row)}")
    print(f"{'no fault':38}{'':6}{_counts(run, '')}")
    print(
        f"posts: {len(run.ledger.acknowledged)} acknowledged, {len(found.lost)} lost, {len(found.twice)} twice, "
        f"{len(found.altered)} altered; {found.unacknowledged} more are there whose answer never came, "
        f"{run.ledger.total('logged out')} times a writer had to log in again"
    )
    repeats, post = run.post.repeats(), run.post
    print(
        f"mails: {len(post.delivered)} delivered, {repeats} repeats (at most {run.may_repeat}), at most "
        f"{post.most_of_one()} of one, {post.renamed()} under two names, {never_came} never came, {to_send} unsent"
    )
    breaches = [*run.ledger.breaches, *wrong]
    for number, what in (
        (len(found.lost), "acknowledged and lost"),
        (len(found.twice), "there twice"),
        (len(found.altered), "there with another text"),
        (found.foreign, "there and never sent"),
        (max(0, repeats - run.may_repeat), "mails repeated without a cause"),
        (post.renamed(), "mails under two names"),
        (never_came, "mails marked as sent that never came"),
        (to_send, "mails that nobody sends"),
    ):
        if number:
            breaches.append(f"{number} {what}")
    for breach in breaches[:MOST_SHOWN]:
        print(f"BREACH: {breach}")
    print(f"{run.database.name}: {len(breaches) or 'no'} breaches")
    return len(breaches)


def _figures(run: Run, row) -> str:
    waits = f"{median(row.seconds):15.1f} s{max(row.seconds):7.1f} s" if row.seconds else ""
    return f"{len(row.seconds):>6}{_counts(run, row.name)}{waits}"


def _counts(run: Run, fault: str) -> str:
    arrived, refused, broken = (run.ledger.counts[fault, what] for what in COUNTED)
    return f"{arrived:>9}{refused:>12}{broken:>8}"
