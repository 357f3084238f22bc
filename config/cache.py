"""Django's database cache, but for one thing: a database that does not answer is an error here too."""

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import InterfaceError, OperationalError, connections, router, transaction


class OutspokenDatabaseCache(DatabaseCache):
    """Django's answers False when it cannot write, and allauth reads that as a limit that is reached:
    whoever met a locked database would be told that he had asked too often."""

    def _base_set(self, mode, key, value, timeout=DEFAULT_TIMEOUT):
        database = router.db_for_write(self.cache_model_class)
        # Begun here, so that no failure to begin or to commit is Django's to swallow; what it still
        # swallows is the other writer who was first, in a savepoint.
        with connections[database].execute_wrapper(_out_of_reach), transaction.atomic(using=database):
            return super()._base_set(mode, key, value, timeout)


def _out_of_reach(execute, sql, params, many, context):
    """Pass the failures of the database on as the one kind of error that is not a `DatabaseError`."""
    try:
        return execute(sql, params, many, context)
    except OperationalError as error:
        raise InterfaceError(*error.args) from error
