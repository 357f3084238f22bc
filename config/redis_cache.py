"""Django's Redis cache, for several machines; imported only where CACHE_URL names one."""

import json
from collections.abc import Callable
from functools import wraps

from django.core.cache.backends.redis import RedisCache
from django.db import InterfaceError
from redis import ConnectionError, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 1  # seconds that Redis gets to answer; the look at the forum's health has two


class JsonSerializer:
    """Django's would unpickle what it finds: whoever can write into the Redis could run code here."""

    dumps = staticmethod(json.dumps)
    loads = staticmethod(json.loads)


def _outspoken(operation: Callable) -> Callable:
    @wraps(operation)
    def asked(self, *args, **kwargs):
        try:
            return operation(self, *args, **kwargs)
        except RedisError as error:
            raise InterfaceError(f"The cache does not answer: {type(error).__name__}") from error

    return asked


class OutspokenRedisCache(RedisCache):
    """A Redis that does not answer is what a database is that does not: whoever asks gets 503, with his text.

    Nothing is let through uncounted: without its limits a log-in is open to guessing. Redis's own way of
    waiting longer and longer would hold a thread of the server for many seconds; one new try is enough for
    the connections of a Redis that was started anew.
    """

    def __init__(self, server: str, params: dict) -> None:
        options = {
            "serializer": JsonSerializer,
            "socket_connect_timeout": PATIENCE,
            "socket_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 1, (ConnectionError,)),
        }
        super().__init__(server, params | {"OPTIONS": options | params.get("OPTIONS", {})})

    add = _outspoken(RedisCache.add)
    get = _outspoken(RedisCache.get)
    set = _outspoken(RedisCache.set)
    touch = _outspoken(RedisCache.touch)
    delete = _outspoken(RedisCache.delete)
    has_key = _outspoken(RedisCache.has_key)
    incr = _outspoken(RedisCache.incr)
    get_many = _outspoken(RedisCache.get_many)
    set_many = _outspoken(RedisCache.set_many)
    delete_many = _outspoken(RedisCache.delete_many)
    clear = _outspoken(RedisCache.clear)
