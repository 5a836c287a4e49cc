"""A database with the demonstration event, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.site import prepare


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("demo") / "x.sqlite3"
    prepare(f"sqlite:///{file}")
    return file
