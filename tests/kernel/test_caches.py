"""What a process keeps in its own memory has an end, in bytes."""

from __future__ import annotations

import pickle

import pytest

from forum.kernel.caches import BoundedMemory

MOST = 1_000_000
pytestmark = pytest.mark.either


@pytest.fixture
def memory() -> BoundedMemory:
    cache = BoundedMemory("bounded", {"OPTIONS": {"MAX_ENTRIES": 2_000, "MAX_BYTES": MOST}})
    cache.clear()
    return cache


def held(cache: BoundedMemory) -> int:
    return sum(map(len, cache._cache.values()))


@pytest.mark.parametrize("size", [10, 900, 20_000])
def test_it_fills_to_its_end_and_no_further(memory, size):
    for number in range(5_000):
        memory.set(f"n{number}", "x" * size)
        assert held(memory) <= MOST
    assert len(memory._cache) > min(2_000, MOST // size) // 2, "and is used"
    assert memory.get("n4999") == "x" * size


def test_what_was_used_last_stays(memory):
    memory.set("used", "x" * 1_000)
    for number in range(5_000):
        memory.set(f"n{number}", "x" * 1_000)
        assert memory.get("used") is not None
    assert memory.get("n0") is None


def test_what_is_replaced_deleted_or_cleared_is_counted_no_more(memory):
    for _ in range(50):
        memory.set("same", "x" * 100_000)
        memory.set("other", "x" * 100_000)
        memory.delete("other")
    assert held(memory) == len(pickle.dumps("x" * 100_000, pickle.HIGHEST_PROTOCOL))
    memory.clear()
    for number in range(9):
        memory.set(f"n{number}", "x" * 100_000)
    assert len(memory._cache) == 9
