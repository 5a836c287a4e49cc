"""How far a long command is: a bar in a terminal, and silence elsewhere."""

import sys

from tqdm import tqdm


def bar(total: int, *, unit: str, quiet: bool) -> tqdm:
    return tqdm(total=total, unit=unit, unit_scale=True, disable=quiet or not sys.stderr.isatty())
