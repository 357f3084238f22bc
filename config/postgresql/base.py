"""PostgreSQL as Django has it, but quicker to see that a connection has died and to answer what is asked again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from select import POLLIN, poll

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg import Connection, OperationalError
from psycopg.types.datetime import TimestamptzLoader

NEVER_BY_ITSELF = 2**31 - 1
PLANNING = {
    "plan_cache_mode": "force_generic_plan",
    "join_collapse_limit": 5,  # tables that are joined in any order; PostgreSQL's own limit is 8
    "random_page_cost": 1.1,  # of a page read in order; PostgreSQL's own is 4, for discs that turn
}


class UtcLoader(TimestamptzLoader):
    """Moments of a connection whose time is UTC, as Django’s own loader has them, for a seventh less of a page."""

    timezone = UTC  # Django looks at it, and keeps the loader

    def load(self, data) -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:  # none that Python knows: the driver says why
            return super().load(data)


class PreparedCursor(base.ServerBindingCursor):
    def execute(self, query, params=None):
        return super().execute(query, params, prepare=True)


class ServerSideCursor(base.ServerSideCursor):
    def close(self) -> None:
        """Nothing is left to close where the connection has ended, and the next query says so.

        Django wraps no error of this one, which would be a fault of ours (500) and not the database's (503).
        """
        try:
            super().close()
        except OperationalError:
            super().close()  # now that the connection is known to have ended, without asking the server


class DatabaseOperations(base.DatabaseOperations):
    def last_executed_query(self, cursor, sql, params) -> str:
        """For what is shown while developing: a prepared statement keeps no text with its values in it."""
        return super().last_executed_query(cursor, sql, params) or self.compose_sql(sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict:
        """What is prepared is prepared for good: its plan is made once, whatever the values of the day.

        For the rest, tables are joined in about the order that the query names them in. It is that of the foreign
        keys, from the rows that are looked for; to try all others took 15 ms for a page of the moderators’ queue.
        An index is taken for what it costs where all is in memory: a page of a thread of some hundreds was made of
        all its answers, joined and sorted, in 2 to 8 ms. What `DATABASE_URL` says about planning goes first.
        """
        params = super().get_connection_params()
        params["prepare_threshold"] = NEVER_BY_ITSELF
        planned = " ".join(f"-c {name}={value}" for name, value in PLANNING.items())
        params["options"] = f"{planned} {params.get('options', '')}".strip()
        return params

    def get_new_connection(self, conn_params: dict) -> Connection:
        connection = super().get_new_connection(conn_params)
        if self.timezone == UTC:
            connection.adapters.register_loader("timestamptz", UtcLoader)
        return connection

    def create_cursor(self, name: str | None = None):
        """As Django does, a name standing for a cursor of the server's: what `iterator()` reads from."""
        if name is None:
            return super().create_cursor()
        autocommit = self.connection.autocommit
        return ServerSideCursor(self.connection, name=name, scrollable=False, withhold=autocommit)

    def prepared_cursor(self) -> CursorWrapper:
        """A cursor whose statements the server keeps with their plans: to plan one takes longer than to answer it.

        For statements whose constants are written into them, so that the plan knows which indexes will do.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(PreparedCursor(self.connection))

    @contextmanager
    def pipelined(self) -> Iterator[None]:
        """What is asked inside goes out at once, one after the other; answers are waited for when they are read.

        An error is that of the first statement that has one, and comes at the end of the block at the latest.
        """
        with self.wrap_database_errors, self.connection.pipeline():
            yield

    def is_usable(self) -> bool:
        """Whether the server has neither spoken nor closed the connection since the last request.

        Django asks it (`SELECT 1`) before the first query of each request, which is as much as the one query of a
        page that is kept. What has come may be no farewell: then it is asked after all.
        """
        if self.connection is None or self.connection.closed:
            return False
        watch = poll()
        watch.register(self.connection.fileno(), POLLIN)
        return super().is_usable() if watch.poll(0) else True
