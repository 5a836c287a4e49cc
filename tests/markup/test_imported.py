"""Foreign HTML and plain text: shown as they were written, without any of their powers."""

from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from forum.exchange.mail_split import split
from forum.markup.imported import markdown_from_html, markdown_from_plain

pytestmark = pytest.mark.either

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ARCHIVES = [
    "mbox-numpy-2001-11.mbox",
    "mbox-3gpp-sa4-evs.mbox",
    "mbox-3gpp-ran4-mimo.mbox",
    "talk-fr-made.mbox",
]


def rendered(source: str) -> BeautifulSoup:
    parser = MarkdownIt("js-default", {"linkify": True}).disable("image")
    return BeautifulSoup(parser.render(source), "html.parser")


def shown(source: str) -> str:
    return " ".join(rendered(source).get_text().split())


@pytest.mark.parametrize(
    "text",
    [
        "a *b* _c_ `d` ~~e~~ [f](http://g.example) ![h](i) <b>j</b> <http://k.example> &amp; \\l",
        "snake_case __init__ 2*3*4 a_b_ C:\\new \\* end\\",
        "# no heading",
        "Title\n=====",
        "1. one 2) two",
        "12) twelve",
        "- dash",
        "+ plus",
        "* star",
        "---",
        "***",
        "~~~ tilde",
        "``` tick",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "[x]: http://y.example",
        "[^1]: note ^[inline]",
        "<script>alert(1)</script> <!-- c --> <?php ?>",
        "see https://x.example/*a*_b_ and https://x.example/a_b, (http://y.example/~z) https://x.example/?a&copy;",
        "-- \nme\nhttp://x.example/a_b\nend",
    ],
)
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    page = rendered(markdown_from_plain(text))
    assert unquote("".join(page.get_text().split())) == "".join(text.split())
    assert not page.find_all(["em", "strong", "ul", "ol", "h1", "h2", "hr", "table", "code", "s", "img", "script"])


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real discussions are not at {DATA}")
@pytest.mark.parametrize("name", ARCHIVES)
def test_real_mails_are_shown_word_for_word(name: str) -> None:
    texts = list(plain_texts(DATA / name))
    assert len(texts) >= 50
    for text in texts:
        page = rendered(markdown_from_plain(text))
        assert letters(page.get_text()) == letters(text)


def plain_texts(path: Path) -> Iterator[str]:
    with path.open("rb") as archive:
        for _, raw in split(archive):
            for part in message_from_bytes(raw).walk():
                payload = part.get_payload(decode=True)
                if part.get_content_type() == "text/plain" and isinstance(payload, bytes):
                    yield payload.decode("utf-8", "replace")


def letters(text: str) -> str:
    return "".join(unquote(text).replace(">", "").split())


def test_quotations_nest() -> None:
    source = markdown_from_plain("Ada wrote:\n> one\n>> two\n> > two too\n>\n> one again\nno quote")
    assert source.split("\n\n")[0] == "Ada wrote:"
    page = rendered(source)
    assert len(page.find_all("blockquote")) == 2
    assert page.find_all("p")[-1].get_text() == "no quote"


def test_a_thousand_quotation_signs_are_survived() -> None:
    assert "end" in shown(markdown_from_plain(">" * 1_000 + " end"))


def test_wrapped_lines_flow_and_laid_out_ones_stay() -> None:
    wrapped = (
        "This sentence was wrapped by a mail program at some seventy characters and\n"
        "goes on here until it ends, as sentences in mails of that time used to do,\n"
        "in a third line."
    )
    assert "\n" not in markdown_from_plain(wrapped)
    assert len(rendered(markdown_from_plain("Roses are red,\nviolets are blue,\nand so on.")).find_all("br")) == 2
    assert len(rendered(markdown_from_plain(wrapped + "\n- item\n- item")).find_all("br")) == 2


def test_sessions_indented_and_aligned_text_become_code() -> None:
    for text in (">>> a = [1]\n>>> a\n[1]", "    if x:\n        y()", "a    b    c\n1    2    3"):
        code = rendered(markdown_from_plain(text)).find("code")
        assert code is not None
        assert code.get_text().split() == text.split()


def test_html_keeps_its_structure() -> None:
    html = (
        "<h2>Head</h2><p>a <b>b</b> <i>c</i> <a href='https://x.example/(1)'>d</a></p>"
        "<ul><li>e<ul><li>f</li></ul></li></ul><blockquote><p>g</p></blockquote><pre>h  *\n``` i</pre>"
        "<table><caption>j</caption><tr><td>k|l</td></tr></table>"
    )
    page = rendered(markdown_from_html(html))
    names = ["h2", "strong", "em", "ul", "ul", "blockquote", "pre", "table"]
    assert [tag.name for tag in page.find_all(names)] == names
    link = page.find("a")
    assert link is not None
    assert link["href"] == "https://x.example/%281%29"
    assert "h  *\n``` i" in page.get_text()
    assert "k|l" in page.get_text()


@pytest.mark.parametrize(
    "html",
    [
        "a &lt;script&gt;b&lt;/script&gt; *c* _d_ [e](f) `g`",
        "<b>1</b>. two",
        "<span>1</span>. two",
        "<b>bold:</b>word <i>(x)</i>y a<b>b</b><i>c</i>",
        "<i><b>a</b><i>b</i></i>",
        "&amp;amp; <b>&amp;</b>copy; # a",
        "line<br># no<br>- no<br><br>1. no<br>",
        "<div>a</div><div>b</div><center>c</center><dl><dt>d</dt><dd>e</dd></dl>",
        "<code>*`*</code> <tt>[[a|b]]</tt>",
        "<soup>a</soup><li>stray</li><td>b</td><h3></h3>",
        "<ol start='²'><li></li></ol>",
        "https://x.example/*a*",
        "<a href='/here'>https://x.example/*a*</a>",
    ],
)
def test_html_words_are_shown_as_they_are(html: str) -> None:
    expected = "".join(BeautifulSoup(f"<div>{html}</div>", "html.parser").get_text().split())
    assert "".join(rendered(markdown_from_html(html)).get_text().split()) == expected


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("<script>x</script><style>y</style><template>t</template><!-- z -->a<?php b ?>", "a"),
        ("<a href='javascript:x'>a</a> <a href='JaVa\nscript:x'>b</a> <a href='data:x'>c</a>", "a b c"),
        ("<a href='./Page'>wiki</a> <a href='#top'>top</a>", "wiki top"),
        ("<a href='//x.example/a b'>c</a>", "[c](https://x.example/a%20b)"),
        ("<a href='https://x.example/'></a>", "<https://x.example/>"),
        ("<img src='https://x.example/p.png' alt='P [1]'>", "[P \\[1\\]](https://x.example/p.png)"),
        ("<img src='data:image/png;base64,xx' alt='P'><img src='https://x.example/i.png' width='16'>", "P"),
        (
            "<a href='https://x.example/'><img src='https://x.example/p.png'></a>",
            "[p.png](https://x.example/)",
        ),
        ("<iframe src='https://v.example/1'>no</iframe>", "[1](https://v.example/1)no"),
        ("Look!<a href='https://x.example/'>here</a>", "Look\\![here](https://x.example/)"),
        ("note^<a href='https://x.example/'>1</a>", "note\\^[1](https://x.example/)"),
        ("<a href='https://x.example/'><h2>T</h2></a>", "## T\n\n<https://x.example/>"),
        (" <p> </p> ", ""),
        ("<h2>C#</h2>", "## C\\#"),
        ("nul\x00l \ud800", "null"),
    ],
)
def test_html_loses_its_powers(html: str, source: str) -> None:
    assert markdown_from_html(html) == source


def test_hundreds_of_nested_tags_keep_their_words() -> None:
    assert markdown_from_html("<b><i>" * 3_000 + "deep *") == "deep \\*"
