"""Measures scenarios on sites: what they take, and what they make the program do."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.against import in_turn
from bench.load import Load, Outcome, Plan
from bench.scenarios import AFTERWARDS, COUNTED, Scenario
from bench.sites import Site

WARM_UPS = 2  # requests before anything is noted
IMPORTED = "elsewhere/mail"  # the theme for emails


@dataclass
class Figures:
    """One scenario on one site. CPU is in seconds, over all requests."""

    outcome: Outcome = field(default_factory=Outcome)
    application: float = 0.0
    services: float = 0.0
    calls: int | None = None
    statements: int | None = None
    planning: float | None = None  # ms
    rate: float | None = None  # of what is no request

    def add(self, other: Figures) -> Figures:
        self.outcome.add(other.outcome)
        self.application += other.application
        self.services += other.services
        return self

    def shown(self) -> dict[str, float]:
        """What the tables show, by the names of their columns; times in ms, for one request."""
        found: dict[str, float] = {}
        if count := self.outcome.count:
            times = sorted(self.outcome.times)
            found = {
                "per s": self.outcome.rate,
                "ms": self.outcome.median,
                "p95": times[min(count - 1, int(count * 0.95))],
                "app": self.application / count * 1000,
                "services": self.services / count * 1000,
                "kB": self.outcome.size / count / 1000,
            }
        if self.rate is not None:
            found["per s"] = self.rate
        counted = {"statements": self.statements, "planning": self.planning, "calls": self.calls}
        return found | {name: figure for name, figure in counted.items() if figure is not None}


Measured = dict[str, dict[str, Figures]]  # by the scenario's name, by the build's


def timed(load: Load, sites: list[Site], scenario: Scenario, seconds: float, repeats: int) -> dict[str, Figures]:
    """What one scenario takes on each site, measured in turn. `seconds` are for each site."""
    of_build = {site.build.name: site for site in sites}
    if scenario.is_repeated:
        for site in sites:
            requests = scenario.requests(site)
            each = -(-WARM_UPS // len(requests))
            _carry_out(load, site, scenario, Plan(site.port, requests, 0.0, each))
    repeats = 1 if scenario.once else repeats
    length = seconds / repeats if scenario.is_repeated else None
    measure = partial(_once, load, scenario, length)
    found = in_turn([site.build for site in sites], lambda build: measure(of_build[build.name]), repeats)
    return {name: _joined(parts) for name, parts in found.items()}


def _joined(parts: list[Figures]) -> Figures:
    first, *others = parts
    for other in others:
        first.add(other)
    return first


def _once(load: Load, scenario: Scenario, seconds: float | None, site: Site) -> Figures:
    requests = scenario.requests(site)
    before = site.cpu()
    outcome = _carry_out(load, site, scenario, Plan(site.port, requests, seconds))
    after = site.cpu()
    return Figures(outcome, after[0] - before[0], after[1] - before[1])


def _carry_out(load: Load, site: Site, scenario: Scenario, plan: Plan) -> Outcome:
    outcome = load.carry_out(plan)
    assert set(outcome.statuses) == {scenario.status}, f"{scenario.name}, {site.build.name}: {dict(outcome.statuses)}"
    return outcome


def counted(load: Load, site: Site, scenario: Scenario, figures: Figures) -> None:
    """Notes in the figures how many calls and statements one request makes, and how long PostgreSQL plans them: the
    lowest after two warm-ups, since what the server does by itself now and then falls into some of them."""
    (first, *_) = scenario.requests(site)
    requests = [first[n % len(first)] for n in range(COUNTED)]
    found = []
    for request in requests:
        before = site.count()
        _carry_out(load, site, scenario, Plan(site.port, [[request]]))
        time.sleep(AFTERWARDS)
        after = site.count()
        planned = None if after.planning is None else after.planning - (before.planning or 0.0)
        found.append((after.calls - before.calls, after.statements - before.statements, planned))
    calls, statements, planning = zip(*found[WARM_UPS:], strict=True)
    figures.calls, figures.statements = min(calls), min(statements)
    figures.planning = min((each for each in planning if each is not None), default=None)


def imported(site: Site, file: Path, emails: int) -> Figures:
    """How many emails of a mailbox `manage.py import_discussion` brings in in a second, its start included."""
    begun = time.perf_counter()
    said = site.run("manage.py", "import_discussion", "--theme", IMPORTED, str(file))
    assert said.startswith(f"{emails} comments imported"), said
    return Figures(rate=emails / (time.perf_counter() - begun))
