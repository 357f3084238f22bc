"""SQLite as Django has it, but for those who wait to write: they come in turn."""

from django.db.backends.sqlite3 import base

from .turns import Turns, turns_at


class DatabaseWrapper(base.DatabaseWrapper):
    """Only transactions take turns: for a statement on its own, which is short, SQLite waits as it always did."""

    _has_turn = False

    @property
    def _turns(self) -> Turns:
        return turns_at(None if self.is_in_memory_db() else str(self.settings_dict["NAME"]))

    def _start_transaction_under_autocommit(self) -> None:
        self._turns.take(self.settings_dict["OPTIONS"].get("timeout", 5))
        self._has_turn = True
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
        if self._has_turn:
            self._has_turn = False
            self._turns.end()
