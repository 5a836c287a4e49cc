"""Plain email text as Markdown that shows the same text."""

import re
import textwrap
from collections.abc import Callable, Iterator
from itertools import groupby, pairwise

from forum.markup.imported_escape import escape_inline, escape_start, printable

# Deeper quotations keep their signs as text: renderers give up on deep nesting and would lose the words.
_DEEPEST = 6
# No mail program wraps narrower than this: a line that had room for one more word was ended on purpose.
_NARROWEST_WRAP = 60
_SHORT = 50
_UNWRAPPED = 100
_QUOTED = re.compile(r" ?>")
_TWICE_QUOTED = re.compile(r" ?>>(?!>)")
_PROMPT = re.compile(r">>>(?: \S|$)")
_PYTHON = re.compile(r">>> (?:import |from \S+ import|print |def |class |[A-Za-z_][\w.]*\s*[=(\[])")
_ALIGNED = re.compile(r"\S {3,}\S")
_INDENTED = " " * 4
_ITEM = re.compile(r"\s*(?:[-*+•·o]|\d{1,3}[.)]|[A-Za-z][.)]|[A-Z][\w-]{1,20}:)\s")
_SIGNATURE = re.compile("--")


def markdown_from_plain(text: str) -> str:
    """Markdown source that shows a plain text: quotations nested, paragraphs flowing, layout kept.

    Anything Markdown would interpret is escaped; indented or aligned passages become code blocks, line
    breaks stay where the text is evidently laid out. Never fails; "" for a text without a word.
    """
    lines = [line.rstrip() for line in printable(text).expandtabs().split("\n")]
    return "\n\n".join(_blocks(lines, 0))


def _blocks(lines: list[str], depth: int) -> Iterator[str]:
    if not any(map(_QUOTED.match, lines)):
        yield from _passages(lines)
        return
    has_levels = any(map(_TWICE_QUOTED.match, lines))
    quoting = [depth < _DEEPEST and _is_quoted(line, has_levels=has_levels) for line in lines]
    for quoted, run in groupby(zip(quoting, lines, strict=True), key=lambda pair: pair[0]):
        passage = [line for _, line in run]
        if quoted:
            inner = [_QUOTED.sub("", line, count=1).removeprefix(" ") for line in passage]
            yield _as_quotation("\n\n".join(_blocks(inner, depth + 1)))
        else:
            yield from _passages(passage)


def _is_quoted(line: str, *, has_levels: bool) -> bool:
    if not _QUOTED.match(line) or _PYTHON.match(line):
        return False
    # ">>>" is a Python prompt too; among lines quoted twice it is rather a third level.
    return has_levels or not _PROMPT.match(line)


def _as_quotation(source: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in source.split("\n"))


def _passages(lines: list[str]) -> Iterator[str]:
    """The unquoted paragraphs in turn, each as one block; after a signature mark every line stands alone."""
    signed = False
    for filled, run in groupby(lines, key=bool):
        if not filled:
            continue
        text, rest = _split_before(list(run), _SIGNATURE.fullmatch)
        if text:
            yield from _paragraph(text, laid_out=signed)
        signed = signed or bool(rest)
        if rest:
            yield from _paragraph(rest, laid_out=True)


def _paragraph(lines: list[str], *, laid_out: bool) -> Iterator[str]:
    text, session = _split_before(lines, _PROMPT.match)
    if text and _is_code(text):
        yield _as_code(text)
    elif text:
        yield _as_text(text, laid_out=laid_out)
    if session:
        yield _as_code(session)


def _split_before(lines: list[str], starts: Callable[[str], object]) -> tuple[list[str], list[str]]:
    at = next((number for number, line in enumerate(lines) if starts(line)), len(lines))
    return lines[:at], lines[at:]


def _is_code(lines: list[str]) -> bool:
    indented = all(line.startswith(_INDENTED) for line in lines)
    return indented or sum(1 for line in lines if "   " in line and _ALIGNED.search(line)) > 1


def _as_code(lines: list[str]) -> str:
    return textwrap.indent(textwrap.dedent("\n".join(lines)), _INDENTED)


def _as_text(lines: list[str], *, laid_out: bool) -> str:
    # A line of one long word (an address) tells nothing about where the writer's program wraps.
    width = max((len(line) for line in lines if " " in line.strip()), default=0)
    source = escape_start(escape_inline(lines[0].strip()))
    for line, following in pairwise(lines):
        words = escape_inline(following.strip())
        if laid_out or _ends_on_purpose(line, following, width):
            source += "\\\n" + escape_start(words)
        else:
            source += " " + words
    return source


def _ends_on_purpose(line: str, following: str, width: int) -> bool:
    if width < _SHORT or width > _UNWRAPPED or _ITEM.match(following):
        return True
    next_word = following.split(maxsplit=1)[0]
    return len(line) + 1 + len(next_word) <= min(width, _NARROWEST_WRAP)
