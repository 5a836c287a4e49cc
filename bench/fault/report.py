"""What a run found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Report:
    acknowledged: int = 0
    lines: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def judge_growth(self, warm: dict[int, int], last: dict[int, int], most: float) -> None:
        """kB by process, once it was warm and in the end; more than so many % more is a violation."""
        for pid, kb in last.items():
            if pid not in warm:
                self.violations.append(f"process {pid} was restarted during the soak")
                continue
            growth = 100 * (kb / warm[pid] - 1)
            line = f"process {pid}: {warm[pid] / 1000:.1f} MB when warm, {kb / 1000:.1f} MB in the end: {growth:+.1f} %"
            self.lines.append(line)
            if growth > most:
                self.violations.append(line)
