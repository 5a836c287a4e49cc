"""Sessions as browsers have them: cookies, and forms as they are found in the pages. No name of a field is assumed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from bench.servers import HOST, request

# What Chromium sends with every page it asks for.
CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
HEADERS = {
    "User-Agent": CHROMIUM,
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.9",
}
FORM_TYPE = "application/x-www-form-urlencoded"
KEY = re.compile(r"[0-9a-f]{32}")
NOT_SENT = {"submit", "button", "reset", "image", "file"}


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, and the names of its fields by their type."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    types: dict[str, list[str]] = field(default_factory=dict)

    def named(self, *types: str) -> str:
        """The name of its first field of one of these types. Raises LookupError without one."""
        return next(name for kind in types for name in self.types.get(kind, ()))

    def keys(self, again: Form) -> list[str]:
        """The hidden fields that are new in each copy of the form, so that nothing is done twice. `again` is a copy."""
        hidden = self.types.get("hidden", ())
        return [
            name
            for name in hidden
            if KEY.fullmatch(self.fields[name]) and self.fields[name] != again.fields.get(name, "")
        ]


class _Forms(HTMLParser):
    """Finds the forms of a page."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.is_inside = False
        self.area = ""  # the name of the text area that is open
        self.choice = ""  # of the list

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(facts.get("action") or self.path, facts.get("method", "get").upper()))
            self.is_inside = True
        elif not self.is_inside:
            return
        elif tag == "option":
            if self.choice and (self.choice not in self.forms[-1].fields or "selected" in facts):
                self.forms[-1].fields[self.choice] = facts.get("value", "")
        elif name := facts.get("name", ""):
            self._field(tag, name, facts)

    def handle_endtag(self, tag: str) -> None:
        self.is_inside &= tag != "form"
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.choice = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1].fields[self.area] += data

    def _field(self, tag: str, name: str, facts: dict[str, str]) -> None:
        form = self.forms[-1]
        kind = facts.get("type", "text") if tag == "input" else tag
        if kind in NOT_SENT or tag == "button":
            return
        form.types.setdefault(kind, []).append(name)
        if tag == "select":
            self.choice = name
        elif tag == "textarea":
            self.area = name
            form.fields[name] = ""
        elif kind not in {"checkbox", "radio"} or "checked" in facts:
            form.fields[name] = facts.get("value", "on" if kind in {"checkbox", "radio"} else "")


@dataclass(frozen=True)
class Page:
    path: str
    status: int
    headers: dict[str, str]
    text: str

    def forms(self) -> list[Form]:
        found = _Forms(self.path)
        found.feed(self.text)
        return found.forms

    def form_with(self, kind: str) -> Form:
        """Its first form that has a field of this type. Raises AssertionError without one."""
        found = next((form for form in self.forms() if kind in form.types), None)
        assert found is not None, f"{self.path} has no form with a {kind} (status {self.status})"
        return found


class Browser:
    """Somebody before the site on a port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.known: dict[int, tuple[Form, list[str]]] = {}  # the form for replies to a comment, and its keys

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    @property
    def headers(self) -> dict[str, str]:
        return HEADERS | ({"Cookie": self.cookie} if self.cookies else {})

    def get(self, path: str) -> Page:
        return self._ask("GET", path)

    def send(self, form: Form) -> Page:
        """Sends a form as its first button does, by POST; follows no redirect."""
        return self._ask("POST", form.action, self.body(form), self.form_headers())

    def log_in(self, email: str, password: str) -> None:
        """By the site's own form. Raises AssertionError if that lets nobody in."""
        form = self.get("/accounts/login/").form_with("password")
        form.fields |= {form.named("email", "text"): email, form.named("password"): password}
        answer = self.send(form)
        assert answer.status == 302, f"the login was answered {answer.status}"

    def reply_forms(self, comment: int, texts: Iterable[str]) -> list[Form]:
        """Forms for so many replies to a comment, with all that the page's own says, and its key new in each.

        The page is asked for once, by the first of them.
        """
        if comment not in self.known:
            path = f"/comments/{comment}/reply/"
            form, again = (self.get(path).form_with("textarea") for _ in range(2))
            self.known[comment] = form, form.keys(again)
        form, keys = self.known[comment]
        assert keys, "the form for a reply has no key"
        area = form.named("textarea")
        return [
            Form(form.action, form.method, form.fields | {area: text} | {key: uuid4().hex for key in keys}, form.types)
            for text in texts
        ]

    def form_headers(self) -> dict[str, str]:
        return {"Content-Type": FORM_TYPE, "Origin": f"http://{HOST}:{self.port}"}

    def body(self, form: Form) -> bytes:
        return urlencode(form.fields).encode()

    def raw(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        """A GET as it travels."""
        return self._travels("GET", path, self.headers | (headers or {}))

    def raw_form(self, form: Form) -> bytes:
        """A form as it travels."""
        body = self.body(form)
        length = {"Content-Length": str(len(body))}
        return self._travels(form.method, form.action, self.headers | self.form_headers() | length) + body

    def _travels(self, method: str, path: str, headers: dict[str, str]) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{self.port}", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode()

    def _ask(self, method: str, path: str, body: bytes | None = None, more: dict[str, str] | None = None) -> Page:
        path = urlsplit(path)._replace(scheme="", netloc="", fragment="").geturl()
        answer, text = request(self.port, method, path, body, self.headers | (more or {}))
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Page(path, answer.status, {name.lower(): value for name, value in answer.headers.items()}, text)
