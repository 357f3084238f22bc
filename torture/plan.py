"""How often each fault comes, and how soon the forum must be itself again."""

from dataclasses import dataclass

DAY = 24 * 3600


@dataclass(frozen=True)
class Plan:
    acknowledged: int  # posts, at least
    members: int
    kills: int  # of the whole server
    workers: int  # of one of its workers
    mailers: int  # of the process that sends the mails
    restarts: int  # of the database
    short_locks: int
    long_locks: int  # longer than the forum waits
    full_disks: int
    clocks: tuple[int, ...]  # seconds that the server's clock is off by, one after the other
    writers: int = 8  # as many as the server has threads
    waits_for_leases: bool = True  # else the mails of dead workers are called due by hand


FULL = Plan(
    acknowledged=20_000,
    members=1200,
    kills=100,
    workers=20,
    mailers=30,
    restarts=20,
    short_locks=16,
    long_locks=4,
    full_disks=10,
    # The last two outlive every session: writers must log in again, and keep their texts.
    clocks=(3600, -3600, DAY, -DAY, 10 * DAY, -10 * DAY, 40 * DAY, -40 * DAY, 400 * DAY, -400 * DAY),
)
SHORT = Plan(
    acknowledged=150,
    members=60,
    kills=2,
    workers=1,
    mailers=2,
    restarts=1,
    short_locks=1,
    long_locks=0,
    full_disks=0,
    clocks=(),
    writers=4,
    waits_for_leases=False,
)

POSTS_OF_A_MEMBER = 28  # the forum takes thirty an hour
SECONDS_TO_RECOVER = 30  # from the end of a fault to a ready server and a post that arrived
PATIENCE = 45  # seconds that a writer waits for an answer
