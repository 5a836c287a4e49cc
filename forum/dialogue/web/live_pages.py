"""What a page that shows something live says of it."""

import json
from typing import Any

from forum.kernel.realtime import feed_of_theme


def follow_text(*rows: dict[str, Any]) -> str:
    """The feeds of these themes, and the position from which this page follows each, as JSON."""
    return json.dumps({feed_of_theme(row["id"]): [row["revision"], row["stamp"]] for row in rows})


def follow_theme(theme: Any) -> str:
    """The same for one theme as the loaders return it."""
    return follow_text({"id": theme.pk, "revision": theme.revision, "stamp": theme.stamp})
