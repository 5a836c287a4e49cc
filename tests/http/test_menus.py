"""Lists that areas add to: in order, without what is not offered."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from forum.http.menus import Button, Link, Menu, Section


def test_entries_stand_in_their_places_and_none_is_left_out():
    menu: Menu[str] = Menu()
    menu.entry(20)(lambda asked: Link("Second", f"/{asked}/"))
    menu.entry(15)(lambda asked: None)
    menu.entry(10)(lambda asked: Button("First", f"/{asked}/"))
    assert [entry.label for entry in menu.entries("here")] == ["First", "Second"]


def test_a_place_is_given_once():
    menu: Menu[str] = Menu()
    menu.entry(10)(lambda asked: None)
    with pytest.raises(ValueError, match="has the place 10 already"):
        menu.entry(10)(lambda asked: None)


def test_sections_part_a_menu_and_empty_ones_are_left_out():
    menu: Menu[str] = Menu(Section(0, "Read"), Section(100, "Move"), Section(200, "Remove", is_danger=True))
    for order in (210, 20, 10):
        menu.entry(order)(lambda asked, order=order: Link(f"{asked}{order}", "/"))
    shown = [(group.section.label, [entry.label for entry in group.entries]) for group in menu.groups("n")]
    assert shown == [("Read", ["n10", "n20"]), ("Remove", ["n210"])]


@pytest.mark.django_db
def test_what_takes_a_comment_away_stands_apart(thread, cast, say):
    comment = say("ben", "The first answer.", to=thread.opening)
    for who, acts in {"ben": ["Withdraw"], "mo": ["Redact personal data", "Remove"]}.items():
        page = cast.client(who).get(f"/comments/{comment.pk}/", headers={"Parley-Part": "1"}).content.decode()
        (apart,) = re.findall(r'<ul aria-label="[^"]+" class="danger">(.*?)</ul>', page, re.S)
        assert re.findall(r">([^<>]+)</a>", apart) == acts


def test_what_an_entry_says_is_escaped():
    entries = [Link("<b>", '/"/'), Button('"', '/"/', {'"': "<b>"}, is_on=False, attributes={"title": '"><b>'})]
    html = render_to_string("components/entries.html", {"entries": entries, "button_class": "linkish"})
    assert "<b>" not in html
    assert html.count("&lt;b&gt;") == 3
    assert 'aria-pressed="false"' in html


def test_whoever_declares_an_entry_has_an_address():
    """Entries are known because the URLconf imports their modules."""
    root = Path(settings.BASE_DIR)
    tree = ast.parse((root / "forum/pages/urls.py").read_text())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    loaded = {f"{node.module}.{name.name}" for node in imports for name in node.names}
    declaring = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in root.glob("forum/*/web/*.py")
        if re.search(r"^(@[A-Z_]+\.entry|offer_link)\(", path.read_text(), re.M)
    }
    assert len(declaring) > 10
    assert declaring - loaded == set()


@pytest.mark.django_db
def test_the_acts_of_every_area_stand_in_one_list(thread, cast, say):
    comment = say("ben", "The first answer.", to=thread.opening)
    shown = {
        who: cast.client(who).get(f"/comments/{comment.pk}/", headers={"Parley-Part": "1"}).content.decode()
        for who in ("eve", "ben", "mo")
    }

    def in_order(who: str, *labels: str) -> bool:
        """Whether all of these are offered, one after the other; there may be more."""
        return bool(re.search(".*".join(rf">\s*{label}\s*</" for label in labels), shown[who], re.S))

    assert in_order("eve", "Link to this comment", "Cite", "Report illegal content")
    assert in_order("ben", "Edit", "Quote in a reply", "Cite", "Mark replies as read", "Follow replies", "Withdraw")
    assert in_order("mo", "Cite", "Follow replies", "Pin", "Split into new thread", "Mark as off topic", "Flag")
    assert in_order("mo", "Flag", "Report illegal content", "Redact personal data", "Remove")
    assert not re.search(r">\s*(Pin|Remove|Flag|Review)\s*<", shown["eve"] + shown["ben"])
