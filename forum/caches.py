"""The cache in Redis, which may be away: then nothing is found and nothing kept, and pages are made anew."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class RedisMayBeAway(RedisCache):
    """Everything that can be remembered can also be found out again, so a missing Redis is no reason to fail.

    The limits on login are counted here, too, and do not hold meanwhile: people can still log in.
    """

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
