"""What the five main requests make the server do, asked over HTTP: functions that are called, and statements as the
database counts them. No load of the machine changes either.

Calls are Python's and C's in all threads, by CPython 3.11; another version calls other functions. They may grow or
shrink by a tenth. Statements count BEGIN and COMMIT and what connections say of themselves, and are exact.

The server, its database and its data are those of `make bench`, at a small size. Whoever changes a figure on purpose
writes it into EXPECTED; docs/results.md has those of the bench.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.against import THIS
from bench.load import Load, Plan
from bench.measure import WARM_UPS
from bench.scenarios import COUNTED, PUBLIC, UNCHANGED, Scenario, cold, page, replies
from bench.services import why_no_services
from bench.sites import Count, Kind, Site, filled, serving
from tests.support.own_services import SKIPS

pytestmark = pytest.mark.either

KEPT, SAME, COLD, THEIRS, REPLY = (
    "thread, kept ready",
    "thread, unchanged (304)",
    "thread of 200, cold",
    "thread, participant",
    "reply",
)
EXPECTED = {
    Kind.SQLITE: {
        KEPT: Count(calls=383, statements=1),
        SAME: Count(calls=361, statements=1),
        COLD: Count(calls=37_900, statements=9),
        THEIRS: Count(calls=19_000, statements=5),
        REPLY: Count(calls=9_100, statements=17),
    },
    Kind.POSTGRESQL: {
        KEPT: Count(calls=871, statements=1),
        SAME: Count(calls=848, statements=1),
        COLD: Count(calls=36_600, statements=9),
        THEIRS: Count(calls=19_700, statements=5),
        REPLY: Count(calls=10_800, statements=10),
    },
}
SCENARIOS = {
    KEPT: page("thread", PUBLIC["thread"]),
    SAME: page("thread", PUBLIC["thread"], way=UNCHANGED),
    COLD: cold(),
    THEIRS: page("thread", PUBLIC["thread"], who="participant"),
    REPLY: replies("reply", 1, lambda stage: [stage["opening"]]),
}
TOLERANCE = 0.1
SIZE = 300  # comments, more than a page of one thread holds
OFTEN = 10  # times that a kept page is asked for: between two counts the server's own clock ticks, for twenty calls
QUIET, MOMENT = 100, 0.05  # calls in such a moment (seconds): fewer are the clock's alone


@pytest.fixture(scope="module", params=list(Kind))
def kind(request: pytest.FixtureRequest) -> Kind:
    asked: Kind = request.param
    if asked is Kind.POSTGRESQL and SKIPS and (why := why_no_services()):
        pytest.skip(why)
    return asked


@pytest.fixture(scope="module")
def found(kind: Kind) -> Iterator[dict[str, Count]]:
    with tempfile.TemporaryDirectory(prefix="parley-counts-", ignore_cleanup_errors=True) as name, Load() as load:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL never runs as root
        with filled([THIS], kind, SIZE, folder) as sites:
            (site,) = sites
            site.stage["roles"] = {"participant": site.stage["roles"]["participant"]}
            site.stage["writers"] = site.stage["writers"][:1]  # logging in takes long
            with serving(sites, 1, counted=True):
                yield {name: counted(load, site, scenario) for name, scenario in SCENARIOS.items()}


def counted(load: Load, site: Site, scenario: Scenario) -> Count:
    """Of one request, after two others: the fewest calls of five, since what the server does by itself falls into some,
    and the usual number of statements."""
    (requests,) = scenario.requests(site)
    times = OFTEN if scenario in (SCENARIOS[KEPT], SCENARIOS[SAME]) else 1
    counts = []
    for n in range(COUNTED):
        before = when_quiet(site)
        for _ in range(times):
            outcome = load.carry_out(Plan(site.port, [[requests[n % len(requests)]]]))
            assert set(outcome.statuses) == {scenario.status}
        after = when_quiet(site)
        counts.append(((after.calls - before.calls) // times, (after.statements - before.statements) // times))
    calls, statements = zip(*counts[WARM_UPS:], strict=True)
    return Count(min(calls), statistics.mode(statements))


def when_quiet(site: Site) -> Count:
    """The count once the server has ended what it did behind an answer."""
    before = site.count()
    while True:
        time.sleep(MOMENT)
        after = site.count()
        if after.calls - before.calls < QUIET:
            return after
        before = after


@pytest.mark.skipif(
    sys.implementation.name != "cpython" or sys.version_info[:2] != (3, 11),
    reason="the expected numbers of calls are those of CPython 3.11",
)
@pytest.mark.parametrize("name", SCENARIOS)
def test_calls_stay_within_a_tenth(kind, found, name):
    calls, expected = found[name].calls, EXPECTED[kind][name].calls
    assert calls == pytest.approx(expected, rel=TOLERANCE), f"{kind}, {name}: {calls:,} calls, expected {expected:,}"


@pytest.mark.parametrize("name", SCENARIOS)
def test_statements_are_as_few_as_ever(kind, found, name):
    assert found[name].statements == EXPECTED[kind][name].statements, f"{kind}, {name}"
