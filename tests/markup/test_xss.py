"""Whatever somebody types: only the listed HTML leaves the renderer."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest

from forum.kernel.choices import SOURCE_LENGTH
from forum.kernel.errors import TextRefused
from forum.markup.clean import clean_html, plain_text
from forum.markup.render import render
from tests.xss_corpus import PAYLOADS

pytestmark = pytest.mark.either

# Written out here on purpose: a list that grows by mistake must not take the test with it.
TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "sup", "section"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
    *("details", "summary"),
}
ATTRIBUTES = {
    "a": {"href", "title", "rel", "class", "id"},
    "li": {"id", "class"},
    "ol": {"start", "class"},
    "section": {"class"},
    "sup": {"class"},
    "code": {"class"},
}
VOID = {"br", "hr"}
REL = "nofollow ugc noopener"
STRICT = re.compile(r'(?:[^<>]|</?[a-z][a-z0-9]*(?: [a-z]+="[^"<>]*")*>)*')  # what every parser reads alike
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|#39;|nbsp;)")


class Reader(HTMLParser):
    """Reads HTML as a list of tags, and notes whether they nest."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.odd: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if len(dict(attrs)) != len(attrs):
            self.odd.append(f"an attribute twice in {tag}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.odd.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.odd.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.odd.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        self.odd.append(f"<?{data}")

    def unknown_decl(self, data: str) -> None:
        self.odd.append(f"<![{data}")

    def links(self) -> list[str]:
        return [about["href"] or "" for tag, about in self.tags if tag == "a" and "href" in about]


def leads_safely(address: str) -> bool:
    """An independent judge, after the WHATWG "basic URL parser": what a browser drops is dropped first."""
    seen = re.sub(r"[\t\n\r]", "", re.sub(r"^[\x00-\x20]+|[\x00-\x20]+$", "", address))
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", seen)
    if scheme is None:
        return re.fullmatch(r"#fn(ref)?-[0-9a-z]+-[0-9]+(:[0-9]+)?", address) is not None
    rest = seen[scheme.end() :]
    match scheme[1].lower():
        case "http" | "https":
            return re.match(r"//[^/\\]", rest) is not None
        case "mailto":
            return rest != ""
    return False


def dangers(html: str) -> list[str]:
    """Everything in HTML that could do harm."""
    read = Reader(html)
    found = [*read.odd, *(f"open <{tag}>" for tag in read.open)]
    for tag, about in read.tags:
        if tag not in TAGS:
            found.append(f"<{tag}>")
        found += [f"{name} in <{tag}>" for name in about if name not in ATTRIBUTES.get(tag, set()) or name[:2] == "on"]
    return found + [f"a link to {link!r}" for link in read.links() if not leads_safely(link)]


def faults(html: str) -> list[str]:
    """The dangers, and everything else that the renderer itself never writes."""
    found = dangers(html)
    if not STRICT.fullmatch(html):
        found.append("something that parsers may read differently")
    if ENTITY.search(html):
        found.append("an ampersand that begins no entity of ours")
    for tag, about in Reader(html).tags:
        if tag == "a" and not (about.get("href") or "").startswith("#") and about.get("rel") != REL:
            found.append(f"a link without rel: {about}")
    return found


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_a_payload_leaves_only_harmless_html(number: int) -> None:
    payload = PAYLOADS[number]
    if CONTROL.search(payload):
        with pytest.raises(TextRefused):
            render(payload)
    else:
        assert faults(render(payload).html) == []


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_the_sanitiser_alone_stops_it_too(number: int) -> None:
    assert dangers(clean_html(PAYLOADS[number])) == []


@pytest.mark.parametrize(
    "wrap", ["> {}", "- {}", "**{}**", "x\n{}\n===", "| {} |\n|---|", "x^[{}]", "[{}](http://x.example)"]
)
def test_a_payload_is_harmless_inside_other_marks(wrap: str) -> None:
    for payload in PAYLOADS:
        if not CONTROL.search(payload) and len(payload) < 1_000:
            assert faults(render(f"words\n\n{wrap.format(payload)}").html) == [], payload


def test_all_payloads_together_are_harmless() -> None:
    readable = [payload for payload in PAYLOADS if not CONTROL.search(payload) and len(payload) < 400]
    for between in ("\n\n", "\n", " ", ""):
        for first in range(0, len(readable), 60):
            assert faults(render(between.join(readable[first : first + 60])).html) == []


def test_cleaning_twice_changes_nothing() -> None:
    for payload in PAYLOADS:
        if not CONTROL.search(payload):
            once = render(payload).html
            assert clean_html(once) == once


def test_the_corpus_is_large_and_says_nothing_twice() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) > 400


def test_the_judge_sees_what_is_wrong() -> None:
    for wrong in (
        "<script>",
        "<p onclick=x>",
        '<a href="javascript:x" rel="nofollow ugc noopener">x</a>',
        '<a href=" java\tscript:x" rel="nofollow ugc noopener">x</a>',
        '<a href="//x.example" rel="nofollow ugc noopener">x</a>',
        '<a href="http:x.example" rel="nofollow ugc noopener">x</a>',
        '<a href="http://x.example">x</a>',
        "<p>",
        "<!-- x -->",
        "<p><img src=x></p>",
        "<p>&copy;</p>",
    ):
        assert faults(wrong), wrong


KEPT = [
    "http://x.example",
    "https://x.example/",
    "HTTPS://X.example/",
    "https://x.example:8443/a/b?c=d&e=f#g",
    "https://x.example/(a)",
    "https://x.example/%22%3E",
    "https://x.example/?next=//y.example",
    "http://[::1]/",
    "http://127.0.0.1/",
    "http://localhost/",
    "http://user:pass@x.example/",
    "http://пример.рф/я",
    "http://xn--e1afmkfd.xn--p1ai/",
    "https://x.example/日本語",
    "https://x.example/#javascript:x",
    "mailto:a@x.example",
    "MAILTO:a@x.example",
    "mailto:a@x.example?subject=x",
    "#fn-0a1b2c3d4e-1",
    "#fnref-0a1b2c3d4e-1",
    "#fnref-0a1b2c3d4e-1:12",
]
REFUSED = [
    "javascript:x",
    "JAVASCRIPT:x",
    "jAvAsCrIpT:x",
    "javascript://x.example/%0ax",
    "javascript&colon;x",
    "java&Tab;script:x",
    "java&NewLine;script:x",
    "&#1;javascript:x",
    "&#x6a;avascript:x",
    "vbscript:x",
    "data:text/html,x",
    "data:image/png;base64,AAAA",
    "file:///etc/passwd",
    "ftp://x.example/",
    "ws://x.example/",
    "blob:https://x.example/1",
    "about:blank",
    "tel:+1",
    "sms:+1",
    "view-source:http://x.example",
    "//x.example",
    "///x.example",
    "\\\\\\\\x.example",
    "/\\\\x.example",
    "http:\\\\\\\\x.example",
    "http:x.example",
    "http:/x.example",
    "http:///x.example",
    "http://",
    "http://:80",
    "http://@",
    "http://[::1",
    "mailto:",
    "/accounts/logout/",
    "relative",
    "?a=b",
    "../up",
    "#",
    "#main",
    "#fn-",
    "#fn-A-1",
    "#fn-a-1x",
    "http",
    ":",
    *(f"java{c}script:x" for c in "\u200b\u200d\u00ad\u2060\ufeff\u0085\u00a0"),
    *(f"{c}javascript:x" for c in "\u200b\u2060\ufeff\u00ad\u202e\u3000\u180e\u2028"),
    *(f"{c}http://x.example/" for c in "\u200b\u2060\ufeff\u00ad\u202e\u180e"),
]
INVISIBLE = "\u0085\u00a0\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u202e\u2028\u2060\u2066\u3000\ue000\ufeff\uffff"


@pytest.mark.parametrize("address", KEPT)
def test_this_address_stays_a_link(address: str) -> None:
    (link,) = Reader(render(f"[word]({address})").html).links()
    assert leads_safely(link)
    assert leads_safely(address)


@pytest.mark.parametrize("address", REFUSED)
def test_this_address_becomes_no_link(address: str) -> None:
    for source in (f"[word]({address})", f"[word](<{address}>)", f"[word][1]\n\n[1]: {address}"):
        html = render(source).html
        assert "word</a>" not in html
        assert faults(html) == []


@pytest.mark.parametrize(
    "place", ["http://x{}.example/", "http://x.example/{}", "http://{}@x.example/", "mailto:a{}@x.example"]
)
@pytest.mark.parametrize("character", INVISIBLE, ids=ascii)
def test_what_is_invisible_in_an_address_is_spelt_out_or_refused(place: str, character: str) -> None:
    address = place.format(character)
    for source in (f"[word]({address})", address, f"<{address}>"):
        links = Reader(render(f"see {source}").html).links()
        assert all(link.isascii() and link.isprintable() for link in links)
    assert Reader(clean_html(f'<a href="{address}">x</a>')).links() == []


def test_what_a_browser_reads_as_another_host_is_not_kept_raw() -> None:
    for source in ("[a](http://x.example\\\\@y.example)", "http://x.example\\\\@y.example"):
        assert "\\" not in "".join(Reader(render(source).html).links())


@pytest.mark.parametrize("address", REFUSED)
def test_the_sanitiser_refuses_it_as_well(address: str) -> None:
    (link,) = [about for tag, about in Reader(clean_html(f'<a href="{address}">x</a>')).tags if tag == "a"]
    assert "href" not in link


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>\n"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("a  \nb", "<p>a<br>\nb</p>\n"),
        ("a\n\n***\n\nb", "<p>a</p>\n<hr>\n<p>b</p>\n"),
        ("```py\n<b>\n```", '<pre><code class="language-py">&lt;b&gt;\n</code></pre>\n'),
        ("    code", "<pre><code>code\n</code></pre>\n"),
        ("a & b < c \"d\"", "<p>a &amp; b &lt; c &quot;d&quot;</p>\n"),
        ("\\*a\\*", "<p>*a*</p>\n"),
        (
            "| a | b |\n|---|:-:|\n| 1 | 2 |",
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n"
            "<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n",
        ),
        ('[a](http://x.example "t")', f'<p><a href="http://x.example" title="t" rel="{REL}">a</a></p>\n'),
        ("<http://x.example>", f'<p><a href="http://x.example" rel="{REL}">http://x.example</a></p>\n'),
        ("see http://x.example.", f'<p>see <a href="http://x.example" rel="{REL}">http://x.example</a>.</p>\n'),
        ("www.x.com", f'<p><a href="http://www.x.com" rel="{REL}">www.x.com</a></p>\n'),
        ("a@x.com", f'<p><a href="mailto:a@x.com" rel="{REL}">a@x.com</a></p>\n'),
        ("`http://x.example`", "<p><code>http://x.example</code></p>\n"),
        ("a\r\nb\rc", "<p>a\nb\nc</p>\n"),
    ],
)  # fmt: skip
def test_markdown_becomes_html(source: str, html: str) -> None:
    assert render(source).html == html


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        ("# a\n\n## b\n\n### c\n\n#### d\n\n###### e\n\nf\n===\n\ng\n---", [2, 3, 4, 5, 6, 2, 3]),
        ("#### a\n\n## b\n\n###### c\n\n##### d\n\n## e", [2, 2, 3, 3, 2]),
        ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e\n\n###### f", [2, 3, 4, 5, 6, 7]),
    ],
)
def test_headings_begin_below_the_title_of_the_page_and_skip_no_level(source: str, levels: list[int]) -> None:
    found = re.findall(r"<h(\d)>\w</h(\d)>", render(source).html)
    assert found == [(str(min(level, 6)), str(min(level, 6))) for level in levels]


def test_raw_html_is_shown_as_it_was_typed() -> None:
    source = "<b>bold</b> <!-- comment --> <script>x()</script> &amp;"
    shown = render(source)
    assert shown.text == "<b>bold</b> <!-- comment --> <script>x()</script> &"
    assert {tag for tag, _ in Reader(shown.html).tags} == {"p"}


def test_images_are_not_loaded_from_elsewhere() -> None:
    assert "<img" not in render("![a chart](http://x.example/chart.png)").html


def test_footnotes_lead_there_and_back() -> None:
    read = Reader(render("a[^1] b[^note] c[^1]\n\n[^1]: First.\n[^note]: Second.").html)
    ids = [about["id"] for _, about in read.tags if "id" in about]
    assert len(ids) == len(set(ids)) == 5
    assert {link.removeprefix("#") for link in read.links()} == set(ids)


def test_footnotes_of_two_texts_on_one_page_do_not_meet() -> None:
    ids = [re.findall(r' id="([^"]+)"', render("a[^1]\n\n[^1]: First.").html) for _ in range(50)]
    assert all(len(of_one) == 2 for of_one in ids)
    assert len({name for of_one in ids for name in of_one}) == 100


def test_a_text_may_be_as_long_as_the_cap_and_no_longer() -> None:
    assert len(render("a" * SOURCE_LENGTH).text) == SOURCE_LENGTH
    with pytest.raises(TextRefused, match=r"20001 characters\. A comment can have at most 20000"):
        render("a" * (SOURCE_LENGTH + 1))


@pytest.mark.parametrize(
    "mark", ["> ", ">", "- ", "1. ", "*", "**a ", "[", "![", "~~a ", "`", "^[", "| ", "<b>", "(", "_a "]
)
def test_two_thousand_of_a_mark_come_back(mark: str) -> None:
    try:
        shown = render(f"before\n\n{mark * 2_000}inside\n\nafter")
    except TextRefused:
        return
    assert shown.text.startswith("before")
    assert faults(shown.html) == []


@pytest.mark.parametrize("mark", ["> ", "- "])
@pytest.mark.parametrize("depth", [3, 15, 18, 19, 20, 38, 39, 40, 45, 200])
def test_what_stands_too_deep_is_refused_and_never_dropped(mark: str, depth: int) -> None:
    try:
        shown = render(f"before\n\n{mark * depth}INSIDE\n\nAFTER").text
    except TextRefused:
        assert depth > 15
        return
    assert ("INSIDE" in shown, "AFTER" in shown) == (True, True)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            "[a]: http://x.example/" + "a" * 9_900 + "\n\n" + "[a]" * 3_300, id="one long address, many times"
        ),
        pytest.param("[a]: http://x.example '" + '"' * 1_500 + "'\n\n" + "[a]" * 600, id="one long title, many times"),
        pytest.param(("a|" * 250 + "\n" + "-|" * 250 + "\n" + "|\n" * 260 + "\n") * 2, id="empty cells of a table"),
    ],
)
def test_a_text_within_its_cap_does_not_become_a_huge_page(source: str) -> None:
    assert len(source) <= SOURCE_LENGTH
    try:
        shown = render(f"words\n\n{source}")
    except TextRefused:
        return
    assert len(shown.html) < 500_000


@pytest.mark.parametrize("code", [*range(9), 11, 12, *range(14, 32), 127, 0xD800, 0xDFFF])
def test_control_characters_are_refused(code: int) -> None:
    with pytest.raises(TextRefused, match="control characters"):
        render(f"a{chr(code)}b")


@pytest.mark.parametrize("source", ["", " ", "\n\n", "\t", "[a]: http://x.example", "***", "> ", "&nbsp;"])
def test_a_text_without_words_is_refused(source: str) -> None:
    with pytest.raises(TextRefused):
        render(source)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("*one* two", "one two"),
        ("one\n\ntwo", "one two"),
        ("- one\n- two", "one two"),
        ("# one\ntwo", "one two"),
        ("a  \nb", "a b"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        ('[a](http://x.example "title")', "a"),
        ("`<b>` & &lt; &amp;lt; \"q\" 'r'", "<b> & < &lt; \"q\" 'r'"),
        ("<script>x()</script>", "<script>x()</script>"),
        ("a\u00a0\u00a0b", "a b"),
        ("x^[note]", "x[1] note"),
    ],
)
def test_the_plain_text_is_the_words_alone(source: str, text: str) -> None:
    assert render(source).text == text


def test_the_plain_text_of_a_payload_is_what_a_reader_sees() -> None:
    for payload in PAYLOADS:
        if not CONTROL.search(payload):
            shown = render(payload)
            squeezed = "".join(Reader(shown.html).words.replace("↩\ufe0e", "").split())
            assert "".join(shown.text.split()) == squeezed, payload


def test_plain_text_cleans_whatever_it_gets() -> None:
    assert plain_text("<p>a</p><p>b &lt;i&gt;</p>") == "a b <i>"


def test_eight_threads_do_not_mix_their_texts() -> None:
    def work(thread: int) -> list[str]:
        wrong = []
        for turn in range(200):
            word = f"t{thread}n{turn}"
            shown = render(f"*{word}* http://{word}.example <b>{word}</b>[^1]\n\n[^1]: Note {word}.")
            clean = faults(shown.html) == [] and set(re.findall(r"t\dn\d+", shown.html)) == {word}
            if not clean or shown.text != f"{word} http://{word}.example <b>{word}</b>[1] Note {word}.":
                wrong.append(shown.html)
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [[]] * 8


def test_a_text_of_nothing_but_addresses_is_refused() -> None:
    assert render("https://example.org " * 400).html.count("<a ") == 400
    with pytest.raises(TextRefused, match="at most 500"):
        render("https://example.org " * 900)
