"""How often somebody may ask for what costs much."""

from django.core.cache import cache


def allows(what: str, times: int, *, seconds: int) -> bool:
    """Counts one more of `what`; False once it was asked more than `times` within `seconds` of the first.

    Counted in the shared cache; without one reachable nobody is refused.
    """
    key = f"pace:{what}"
    if cache.add(key, 1, seconds):
        return True
    try:
        return cache.incr(key) <= times
    except ValueError:  # it ran out this very moment
        return True
