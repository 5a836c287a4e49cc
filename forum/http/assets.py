"""Which styles, scripts and fonts a page loads, and under which addresses.

Served are the bundles in static/bundles, whose names carry a hash of their content; with DEBUG, the files that they
were made of. The addresses depend on the kind of page and on whether somebody is logged in, and change only with a new
build. Templates say `{% assets "reading" %}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Library
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FOLDER = "bundles"  # below static/
ICON = "img/parley.svg"
TEXT_FONT = "fonts/serif-latin-normal.woff2"  # that every page with our typeface needs at once

register = Library()


@dataclass(frozen=True)
class Page:
    """What a kind of page loads, whoever reads it."""

    bundles: tuple[str, ...]
    has_typeface: bool = True  # forms use the fonts that are on the reader's device
    has_scripts: bool = True
    is_for_writers: bool = True  # loads "writing", too, for whoever is logged in


PAGES = {
    "reading": Page(("reading",)),
    "form": Page(("reading",), has_typeface=False),
    "moderation": Page(("reading", "moderation")),
    "moderation-form": Page(("reading", "moderation"), has_typeface=False),
    "embed": Page(("embed",), is_for_writers=False),
    "screen": Page(("screen",), is_for_writers=False),
    "error": Page(("reading",), has_scripts=False, is_for_writers=False),
}


@register.simple_tag(takes_context=True, name="assets")
def assets(context: Context, kind: str) -> SafeString:
    """The elements of the page's head; raises KeyError for a kind of page that does not exist."""
    viewer = context.get("viewer") or {}
    return head(kind, is_known=bool(viewer.get("is_known")))


def head(kind: str, *, is_known: bool) -> SafeString:
    return _head(kind, is_known=is_known, in_debug=settings.DEBUG)


@cache
def _head(kind: str, *, is_known: bool, in_debug: bool) -> SafeString:
    page = PAGES[kind]
    bundles = [*page.bundles]
    if page.is_for_writers and is_known:
        bundles.insert(1, "writing")
    lines = [format_html('<link rel="icon" href="{}" type="image/svg+xml">', address(ICON))]
    if page.has_typeface:
        preload = '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>'
        lines.append(format_html(preload, address(TEXT_FONT)))
    for bundle in bundles:
        lines += [format_html('<link rel="stylesheet" href="{}">', style) for style in styles(bundle)]
    if page.has_scripts:
        lines += [format_html('<script type="module" src="{}"></script>', script(bundle)) for bundle in bundles]
    return format_html_join("\n  ", "{}", ((line,) for line in lines))


def styles(bundle: str) -> Iterator[str]:
    if settings.DEBUG:
        yield from map(static, declared()[bundle]["styles"])
    else:
        yield address(f"{bundle}.css")


def script(bundle: str) -> str:
    return static(declared()[bundle]["script"]) if settings.DEBUG else address(f"{bundle}.js")


def address(name: str) -> str:
    """Where a file is served; raises KeyError if no bundle holds it."""
    return static(name if settings.DEBUG else f"{FOLDER}/{manifest()['files'][name]}")


@cache
def declared() -> Mapping[str, Any]:
    """What each bundle is made of."""
    return json.loads((Path(__file__).parent / "bundling" / "bundles.json").read_text())["bundles"]


@cache
def manifest() -> Mapping[str, Any]:
    """What `make assets` made: `files`, by their names without a hash; `sources`, a hash of all that it read."""
    return json.loads(Path(settings.BASE_DIR, "static", FOLDER, "manifest.json").read_text())
