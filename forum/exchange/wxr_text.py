"""WordPress keeps paragraphs as blank lines among its HTML; here they become elements."""

import re

_BLOCK = re.compile(
    r"\s*</?(?:p|div|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|caption|colgroup|col|blockquote|h[1-6]"
    r"|hr|figure|figcaption|section|article|header|footer|aside|nav|address|form|fieldset|details|summary"
    r"|script|style|center|main)\b",
    re.IGNORECASE,
)
_KEPT = re.compile(r"<(pre|script|style|textarea)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_BREAK_WITHIN_WORDS = re.compile(r"(?<!>)[ \t]*\n")


def with_paragraphs(text: str) -> str:
    """The HTML WordPress would show: blank lines part paragraphs, single line ends are line breaks."""
    text = _without_comments(text.replace("\r\n", "\n").replace("\r", "\n"))
    shown: list[str] = []
    done = 0
    for kept in _KEPT.finditer(text):
        shown += [_paragraphs(text[done : kept.start()]), kept.group()]
        done = kept.end()
    return "".join([*shown, _paragraphs(text[done:])])


def _without_comments(text: str) -> str:
    # No regular expression: thousands of unclosed comments would make it search to the end for each.
    *closed, last = text.split("-->")
    pieces = [piece.partition("<!--") for piece in closed]
    return "".join(before if opened else f"{before}-->" for before, opened, _ in pieces) + last


def _paragraphs(text: str) -> str:
    chunks = (chunk.strip() for chunk in re.split(r"\n[ \t]*\n", text))
    return "\n\n".join(_paragraph(chunk) for chunk in chunks if chunk)


def _paragraph(chunk: str) -> str:
    return chunk if _BLOCK.match(chunk) else f"<p>{_BREAK_WITHIN_WORDS.sub('<br>', chunk)}</p>"
