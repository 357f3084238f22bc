"""How hard the database writes: whether what it has acknowledged survives a power cut."""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, connection, connections

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Demand:
    id: str
    setting: str
    strong: tuple[str, ...]  # the values that will do
    remedy: str


IN_SETTINGS = "config/settings.py asks each connection for it: set it right there."
IN_POSTGRESQL = (
    "Set it in postgresql.conf, and look for what sets it for the database, the role (ALTER … SET) or the "
    "connection (?options= in DATABASE_URL)."
)
DEMANDS = {
    "sqlite": [
        Demand("forum.E001", "journal_mode", ("wal",), f"{IN_SETTINGS} A database in memory cannot have it."),
        Demand("forum.E002", "synchronous", ("2", "3"), f"{IN_SETTINGS} 2 is FULL, 3 is EXTRA."),
        Demand("forum.E003", "foreign_keys", ("1",), IN_SETTINGS),
        Demand("forum.E004", "transaction_mode", ("IMMEDIATE", "EXCLUSIVE"), IN_SETTINGS),
    ],
    "postgresql": [
        Demand("forum.E005", "fsync", ("on",), IN_POSTGRESQL),
        Demand("forum.E006", "full_page_writes", ("on",), IN_POSTGRESQL),
        # "local" and "remote_write" acknowledge before the standby that they wait for has written.
        Demand("forum.E007", "synchronous_commit", ("on", "remote_apply"), IN_POSTGRESQL),
    ],
}


@register(Tags.database)
def check_durability(databases=None, **kwargs) -> list[Error]:
    """Refuse, outside `DEBUG`, a database that may forget what it has acknowledged."""
    if settings.DEBUG:
        return []
    return [error for alias in databases or [] for error in weaknesses(connections[alias])]


def weaknesses(connection) -> list[Error]:
    """One error for each setting that is weaker than it must be, as the database itself tells it."""
    found = {demand: _current(connection, demand.setting) for demand in DEMANDS[connection.vendor]}
    return [
        Error(f"{demand.setting} is {value}, not {' or '.join(demand.strong)}.", hint=demand.remedy, id=demand.id)
        for demand, value in found.items()
        if value not in demand.strong
    ]


def _current(connection, setting: str) -> str:
    connection.ensure_connection()
    if setting == "transaction_mode":  # Django's own, who writes BEGIN
        return str(connection.transaction_mode)
    with connection.cursor() as cursor:
        cursor.execute(f"{'PRAGMA' if connection.vendor == 'sqlite' else 'SHOW'} {setting}")
        return str(cursor.fetchone()[0])


def require_durability() -> None:
    """For a server that starts. Raises ImproperlyConfigured where the database writes too weakly.

    One that does not answer now is no reason to refuse: the server answers 503 until it does.
    """
    try:
        errors = check_durability(databases=[connection.alias])
    except (OperationalError, InterfaceError) as error:
        logger.error("The database does not answer; how it writes was not asked: %s", type(error).__name__)
    else:
        if errors:
            raise ImproperlyConfigured(" ".join(f"{error.id}: {error.msg} {error.hint}" for error in errors))
    finally:
        _let_go()


def _let_go() -> None:
    """A server that loads the application before it forks must not share a connection among its workers."""
    connection.close()
