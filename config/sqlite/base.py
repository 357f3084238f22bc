"""SQLite as Django has it, but for who waits to write, how much one statement may say, and what triggers become."""

from functools import lru_cache
from sqlite3 import SQLITE_LIMIT_VARIABLE_NUMBER

from django.db.backends.sqlite3 import base, features, schema
from django.utils.functional import cached_property

from .turns import Turns, turns_at

LONGEST_KEPT = 4000  # characters of a statement: longer ones name thousands of rows, each time others


class DatabaseFeatures(features.DatabaseFeatures):
    """Django counts on 999 values, as it was before SQLite 3.32: a thousand rows would be a dozen INSERTs."""

    @cached_property
    def max_query_params(self) -> int:
        self.connection.ensure_connection()
        return self.connection.connection.getlimit(SQLITE_LIMIT_VARIABLE_NUMBER)


class Cursor(base.SQLiteCursorWrapper):
    """Writes `?` for `%s` once in each statement, not each time that it is asked."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is None and len(query) <= LONGEST_KEPT:
            return _converted(query)
        return super().convert_query(query, param_names=param_names)


@lru_cache(maxsize=256)
def _converted(query: str) -> str:
    return base.SQLiteCursorWrapper.convert_query(None, query)  # which asks nothing of its cursor


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Where SQLite cannot alter a table, Django makes it anew, and its triggers would be gone with the old one."""

    def _remake_table(self, model, **changes) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [model._meta.db_table]
            )
            triggers = [sql for (sql,) in cursor.fetchall()]
        super()._remake_table(model, **changes)
        for sql in triggers:
            self.execute(sql, params=None)


class DatabaseWrapper(base.DatabaseWrapper):
    """Only transactions take turns: for a statement on its own, which is short, SQLite waits as it always did."""

    features_class = DatabaseFeatures
    SchemaEditorClass = DatabaseSchemaEditor
    _taken: Turns | None = None  # the turn that this connection has

    def create_cursor(self, name: str | None = None) -> Cursor:
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        turns = turns_at(None if self.is_in_memory_db() else str(self.settings_dict["NAME"]))
        turns.take(self.settings_dict["OPTIONS"].get("timeout", 5))
        self._taken = turns
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        super()._commit()
        self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self._taken is not None:
            taken, self._taken = self._taken, None
            taken.end()
