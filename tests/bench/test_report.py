"""The tables and targets that `make bench` prints."""

from __future__ import annotations

from bench.load import Outcome
from bench.measure import Figures
from bench.report import Table, show_growth
from bench.targets import show_targets
from bench.visit import Visit

BUILDS = ["this", "other"]


def figures(ms: float, *, calls: int | None = None) -> Figures:
    """Ten answers, one after the other, each of which took so long and only of CPU."""
    outcome = Outcome([ms] * 10, {200: 10}, 10_000, ms / 100)  # type: ignore[arg-type]
    return Figures(outcome, application=ms / 100, calls=calls, statements=calls and 5)


def tables() -> list[Table]:
    small = Table("SQLite, one process", 100_000)
    small.rows = {"thread, participant": {"this": figures(4), "other": figures(8)}}
    large = Table("SQLite, one process", 1_000_000)
    large.rows = {
        "thread, 8 connections": {"this": figures(1), "other": figures(70)},
        "thread, participant": {"this": figures(8, calls=25_000), "other": figures(80, calls=50_000)},
        "search, a rare word": {"this": figures(5), "other": figures(20)},
    }
    large.visits = {"this": Visit(9, 120_000, 50_000), "other": Visit(53, 215_000)}
    return [small, large]


def test_a_table_has_both_builds_and_their_ratio(capsys):
    tables()[1].show(BUILDS)
    said = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["SQLite,", "one", "process,", "1,000,000", "comments"] in said
    assert ["thread,", "8", "connections", "this", "1,000", "1", "1", "1", "0", "-", "-", "-", "1"] in said
    assert ["other", "12.5", "80", "80", "80", "0", "5", "-", "50,000", "1"] in said
    assert ["ratio", "10", "0.1", "0.1", "0.1", "-", "1", "-", "0.5", "1"] in said


def test_growth_is_told_of_what_was_measured_at_every_size(capsys):
    show_growth(tables(), BUILDS)
    said = capsys.readouterr().out
    assert "search" not in said
    assert ["thread,", "participant", "this", "4", "8", "2"] in [line.split() for line in said.splitlines()]


def test_targets_are_met_or_not(capsys):
    show_targets(tables(), BUILDS)
    said = capsys.readouterr().out
    assert "SQLite, thread, 8 connections: pages/s, ratio" in said
    verdicts = {line[:70].strip(): line[70:].split(maxsplit=1)[1] for line in said.splitlines()[2:]}
    assert verdicts == {
        "SQLite, thread, 8 connections: pages/s, ratio": "≥ 60: yes; goal ≥ 60: yes",
        "SQLite, thread, participant: calls": "≤ 30,000: yes; goal ≤ 20,000: no",
        "SQLite, thread, participant: statements": "≤ 8: yes; goal ≤ 6: yes",
        "SQLite, thread, participant: CPU, a million to a hundred thousand": "≤ 1.5: NO",
        "SQLite, search, a rare word, a million: ms, ratio": "≤ 0.1: NO",
        "first visit of a thread: requests": "≤ 7: NO",
        "first visit of a thread: kB": "≤ 130: yes; goal ≤ 110: no",
    }
    show_targets(tables(), BUILDS[:1])
    assert "ratio" not in capsys.readouterr().out, "there is nothing to compare with"
