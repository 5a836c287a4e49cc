"""Reads the tables of the access matrix in tests/access/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.access.matrix_browser import METHODS
from tests.access.matrix_stage import ROLES

FOLDER = Path(__file__).resolve().parent
REST, ANY = "rest", "any"


@dataclass(frozen=True)
class Row:
    """What a class of addresses answers."""

    title: str
    cells: dict[str, tuple[str, ...]]  # by method, one for each role

    def cell(self, method: str, role: str) -> str:
        if method == "HEAD":
            method = "GET"
        line = self.cells.get(method) or self.cells.get(REST) or self.cells[ANY]
        return line[list(ROLES).index(role)]


def rows() -> dict[str, Row]:
    """What each address of the tables answers. Raises ValueError where they say something twice or by half."""
    found: dict[str, Row] = {}
    for file in sorted(FOLDER.glob("*.txt")):
        row = None
        for line in file.read_text().splitlines():
            if line.startswith("== "):
                row = Row(line.removeprefix("== "), {})
            elif line.startswith("    /"):
                route = line.strip().removeprefix("/")
                if row is None or route in found:
                    raise ValueError(f"{file.name}: {line.strip()} has two rows, or none")
                found[route] = row
            elif line and not line.startswith("#"):
                method, *cells = line.split()
                if row is None or method not in {*METHODS, REST, ANY} or method in row.cells:
                    raise ValueError(f"{file.name}: what is {line!r}?")
                row.cells[method] = tuple(cells[1:] * len(ROLES) if cells[0] == "all" else cells)
                if len(row.cells[method]) != len(ROLES):
                    raise ValueError(f"{file.name}: {line!r} has not one cell for each role")
    return found
