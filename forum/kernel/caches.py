"""The cache: in Redis, which may be away (then pages are made anew), or in the memory of each process, with an end."""

from __future__ import annotations

import logging
from collections import OrderedDict
from functools import cache, cached_property
from itertools import islice
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class OneClient(RedisCacheClient):
    """Keeps its two clients, for reading and for writing, where Django makes a new one for each command."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._made: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if write not in self._made:
            self._made[write] = super().get_client(key, write=write)
        return self._made[write]


@cache
def _shared_client(*servers: str) -> OneClient:
    """One for the process: Django has a cache object for each request, which would connect to Redis anew."""
    return OneClient([*servers])


class RedisMayBeAway(RedisCache):
    """Everything that can be remembered can also be found out again, so a missing Redis is no reason to fail.

    The limits on login are counted here, too, and do not hold meanwhile: people can still log in.
    """

    _servers: list[str]

    @cached_property
    def _cache(self) -> OneClient:
        return _shared_client(*self._servers)

    def add(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try(super().add, True, key, *args, **kwargs))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(super().get, default, key, default, version)

    def set(self, key: Any, *args: Any, **kwargs: Any) -> None:
        self._try(super().set, None, key, *args, **kwargs)

    def incr(self, key: Any, *args: Any, **kwargs: Any) -> int:
        return int(self._try(super().incr, 1, key, *args, **kwargs))

    def get_many(self, keys: Any, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return dict(self._try(super().get_many, {}, keys, *args, **kwargs))

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return list(self._try(super().set_many, [], data, *args, **kwargs))

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try(super().touch, False, key, *args, **kwargs))

    def delete(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try(super().delete, False, key, *args, **kwargs))

    def _try(self, work: Any, otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return work(*args, **kwargs)
        except RedisError as error:
            logger.warning("The cache cannot be reached: %s", error)
            return otherwise


_held: dict[str, int] = {}  # cache → bytes of its values


class BoundedMemory(LocMemCache):
    """The process's own memory, of which it takes MAX_BYTES for values and no more; what was not used longest goes.

    Counted in entries alone, twenty thousand rendered comments take a hundred megabytes, and some of them five times
    that.
    """

    _cache: OrderedDict[str, bytes]  # the newest first
    _cull_frequency: int

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._name = name
        self._most: int = params["OPTIONS"]["MAX_BYTES"]
        _held.setdefault(name, 0)

    def clear(self) -> None:
        super().clear()
        _held[self._name] = 0

    def _set(self, key: str, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        self._delete(key)
        while self._cache and _held[self._name] + len(value) > self._most:
            self._delete(next(reversed(self._cache)))
        parent: Any = super()
        parent._set(key, value, timeout)
        _held[self._name] += len(value)

    def _delete(self, key: str) -> bool:
        size = len(self._cache.get(key, b""))
        parent: Any = super()
        is_gone = bool(parent._delete(key))
        if is_gone:
            _held[self._name] -= size
        return is_gone

    def _cull(self) -> None:
        for key in list(islice(reversed(self._cache), len(self._cache) // self._cull_frequency)):
            self._delete(key)
