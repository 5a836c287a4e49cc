"""Numbers as bars in SVG that stands in the page itself: no script, no style, nothing that is loaded.

The library writes every colour as an attribute, so our strict policy has nothing to refuse; `currentColor` follows the
page from light to dark, and style sheets tell bars, lines and words apart by the library's class names.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

import leather
from leather import theme

WIDTH = 360  # units; a narrow screen shows them at their size
ROW = 26
MARGIN = 0.02  # of the width, on each side
FOOT = 44  # below the bars: the scale
LONGEST = 16  # signs of a label; the table beside it has the whole

INK = "currentColor"
theme.background_color = "none"
theme.margin = MARGIN
theme.title_color = theme.legend_color = theme.axis_title_color = theme.label_color = INK
theme.tick_color = theme.zero_color = INK
theme.tick_font_family = "sans-serif"
theme.tick_font_size = 12
theme.tick_font_char_height = 12
theme.tick_font_char_width = 7


def bars_svg(rows: Sequence[tuple[str, float]], *, title: str, about: str, key: str) -> str:
    """One bar for each row, the first on top. `title` and `about` are read to those who cannot see it.

    `key` tells plots of one page apart. "" without rows.
    """
    if not rows:
        return ""
    labels = _apart([_truncated(label) for label, _ in rows])
    most = max(value for _, value in rows)
    data = [(Decimal(str(value)), label) for label, (_, value) in zip(labels, rows, strict=True)]
    chart = leather.Chart()
    chart.add_x_scale(0, Decimal(str(most)) if most > 0 else 1)
    chart.add_x_axis(tick_formatter=_whole)
    chart.add_bars(data, fill_color=INK)
    height = ROW * len(rows) + FOOT
    svg = Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "class": "plot", "viewBox": f"0 0 {WIDTH} {height}", "role": "img",
        "aria-labelledby": f"plot-{key}-title plot-{key}-about",
    })  # fmt: skip
    SubElement(svg, "title", {"id": f"plot-{key}-title"}).text = title
    SubElement(svg, "desc", {"id": f"plot-{key}-about"}).text = about
    svg.append(chart.to_svg_group(WIDTH, height))
    return tostring(svg, encoding="unicode")


def _whole(value: Decimal, index: int, count: int) -> str:
    """A number on the scale; parts of one are left without, because people and comments come whole."""
    return f"{value.normalize():f}" if value == value.to_integral_value() else ""


def _truncated(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1].rstrip() + "…"


def _apart(labels: list[str]) -> list[str]:
    """Labels of which no two are alike: the library knows a bar by its label."""
    seen: dict[str, int] = {}
    made = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        made.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return made
