"""Short ways through the Markdown parser for what most of a text is: paragraphs of one line, and words without marks.

They make the tokens that the parser's own rules make; `tests/markup/test_plain_parts.py` compares the two.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, paragraph
from markdown_it.token import Token

# The signs at which an inline rule of ours may begin, and "]", at which the words of a link end. The parser stops at
# twelve more, for extensions that it does not have here, and asks every rule about each.
_MEANT = re.compile(r"[\n!&*:<\[\\\]^_`~]")


def take_short_ways(parser: MarkdownIt) -> None:
    """Sets up a parser that has the rules of `markup/render.py`. `words_alone` is for its inline rule to call."""
    parser.block.ruler.before("table", "line", _line)
    parser.inline.terminator_re = _MEANT


def words_alone(content: str) -> list[Token]:
    """The tokens of a paragraph without any sign that could mean something; of any other, none."""
    is_plain = content and not _MEANT.search(content)
    return [Token("text", "", 0, content=content)] if is_plain else []


def _line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A paragraph of one line that begins with a letter: spares it the rules for everything else."""
    if silent or state.is_code_block(start) or (start + 1 < end and not state.isEmpty(start + 1)):
        return False
    begin = state.bMarks[start] + state.tShift[start]
    return state.src[begin : begin + 1].isalpha() and paragraph(state, start, end, silent)
