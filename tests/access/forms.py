"""The forms of a page, as they are sent by whoever only presses the button."""

from __future__ import annotations

from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._fields: dict[str, str] = {}  # of the form that is being read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {}
            if has.get("method") == "post":
                self._fields = self.found.setdefault(has.get("action", ""), {})
        elif tag == "input" and has.get("type") == "hidden" and has["name"] != "csrfmiddlewaretoken":
            self._fields.setdefault(has["name"], has.get("value", ""))


def forms_in(page: bytes) -> dict[str, dict[str, str]]:
    """What each form sends, by its address; what people would type or choose is not in it."""
    reader = _Forms()
    reader.feed(page.decode())
    return reader.found
