"""Tells what somebody wrote from what their mail program quoted and added.

Quotations are found by what is known of the email that is answered (OwnEmail), so that it works in every language.
What is exactly ours is left out; a quotation between two answers stays; everything else that its author did not write
for us becomes the rest, which is folded. In doubt, all of it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from forum.mail.incoming.own_email import OwnEmail, letters
from forum.mail.incoming.signatures import end_by_library, signature_start

QUOTED = re.compile(r"\s{0,3}(?:>|＞)")
HEADER = re.compile(r"[\W_]*[^\W\d_][^:：]{0,30}[:：].*\S")
SEPARATOR = re.compile(r"\W*[-_=—]{3,}\s*[^-_=—]{0,40}\s*[-_=—]{3,}\W*|\W*[-_]{5,}\W*")
ENDS_ATTRIBUTION = re.compile(r"[:：\-–—]\W*$")
ENDS_SENTENCE = re.compile(r"[.!?。！？؟…]\W*$")
DAY = re.compile(r"(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|[٠-٩۰-۹]{4}")
DATE = re.compile(rf"{DAY.pattern}|\d{{1,2}}[:.]\d{{2}}")
ADDRESS = re.compile(r"\S+@\S+\.\w+")
MOST_ATTRIBUTION = 4  # lines
LONGEST_ATTRIBUTION = 400  # characters
LONGEST_SEPARATOR = 120
FEWEST_HEADERS, MOST_HEADERS = 3, 8
UNMISTAKABLE = 60  # letters of ours in a row at the end of an email


@dataclass(slots=True)
class _Block:
    """Some lines that are all quoted, or all not. `attribution` introduces a quotation; `is_ours`: it is our email."""

    is_quoted: bool
    lines: list[str]
    attribution: list[str] = field(default_factory=list)
    is_ours: bool = False

    @property
    def is_filled(self) -> bool:
        return any(letters(line) or line.strip() for line in self.lines)


@dataclass(frozen=True, slots=True)
class Parts:
    """Lines of an email: what its author wrote, with what they quoted in between, and the rest."""

    reply: list[str]
    rest: list[str]


def split(lines: Sequence[str], own: OwnEmail) -> Parts:
    """What of an email is whose. The reply has words, if anything in the email is not from us."""
    end = _unmarked_quotation(lines, own)
    blocks = _blocks(lines[:end], own)
    tail = [line for line in lines[_after_headers(lines, end, own) :] if letters(line) and not own.has(line)]
    folded = _fold_the_end(blocks)
    reply = [line for block in blocks for line in _kept(block, own)]
    if not any(block.is_filled for block in blocks if not block.is_quoted):
        # Nothing but signatures, headers and quotations: whatever is not ours is what they wrote.
        said = [line for line in [*folded.signatures, *tail] if not QUOTED.match(line)]
        return Parts([*reply, *said] if said else [], [] if said else folded.quoted)
    return Parts(_trimmed(reply), _trimmed([*folded.signatures, *folded.quoted, *tail]))


def _blocks(lines: Sequence[str], own: OwnEmail) -> list[_Block]:
    blocks: list[_Block] = []
    for is_quoted, run in groupby(_filled_gaps(lines), key=lambda pair: pair[0]):
        block = _Block(is_quoted, [line for _, line in run])
        if is_quoted and blocks:
            length = _attribution_length(blocks[-1].lines, own)
            if length:
                block.attribution = blocks[-1].lines[-length:]
                blocks[-1].lines = blocks[-1].lines[:-length]
        if is_quoted:
            said = sum(len(letters(line)) for line in block.lines)
            known = sum(len(letters(line)) for line in block.lines if own.has(line))
            block.is_ours = own.names_us(" ".join(block.attribution)) or 2 * known > said
        blocks.append(block)
    return blocks


def _filled_gaps(lines: Sequence[str]) -> list[tuple[bool, str]]:
    """Each line with whether it is quoted; so are blank ones between two that are."""
    marked = [(QUOTED.match(line) is not None, line) for line in lines]
    for at, (_, line) in enumerate(marked):
        if not line.strip() and at and marked[at - 1][0]:
            following = next((is_quoted for is_quoted, next_line in marked[at:] if next_line.strip()), False)
            marked[at] = (following, ">" if following else line)
    return marked


@dataclass(slots=True)
class _Folded:
    signatures: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)


def _fold_the_end(blocks: list[_Block]) -> _Folded:
    """Takes signatures off the end of what was written, and the quotations behind it. Changes the blocks."""
    folded = _Folded()
    for block in reversed(blocks):
        if block.is_quoted:
            if not block.is_ours:
                folded.quoted[:0] = [*block.attribution, *block.lines]
            block.lines, block.attribution = [], []
            continue
        start = min(signature_start(block.lines), end_by_library(block.lines))
        folded.signatures[:0] = block.lines[start:]
        block.lines = block.lines[:start]
        if block.is_filled:
            break
    return folded


def _kept(block: _Block, own: OwnEmail) -> list[str]:
    """What is shown of a block: of a quotation that is answered below it, only the comment's own words."""
    if not block.is_quoted:
        return block.lines
    if not block.is_ours:
        return [*block.attribution, *block.lines]
    if own.is_covered_by(block.lines):
        return []
    kept = [line for line in block.lines if own.may_be_quoted(line)]
    return ["", *kept, ""] if any(map(letters, kept)) else []


def _attribution_length(before: Sequence[str], own: OwnEmail) -> int:
    """How many lines at the end introduce the quotation below them ("On Monday Ada wrote:"); they may be wrapped."""
    filled = len(before)
    while filled and not before[filled - 1].strip():
        filled -= 1
    for length in range(1, min(MOST_ATTRIBUTION, filled) + 1):
        lines = [line.strip() for line in before[filled - length : filled]]
        text = " ".join(lines)
        if not all(lines) or len(text) > LONGEST_ATTRIBUTION:
            return 0
        if not _introduces(text, own):
            continue
        while length < min(MOST_ATTRIBUTION, filled) and not DAY.search(text):
            above = before[filled - length - 1].strip()
            if not above or ENDS_SENTENCE.search(above[-20:]) or not DATE.search(above):
                break
            text, length = f"{above} {text}", length + 1
        return len(before) - filled + length
    return 0


def _introduces(text: str, own: OwnEmail) -> bool:
    has_end = ENDS_ATTRIBUTION.search(text) is not None
    if own.names_us(text):
        return has_end or DATE.search(text) is not None
    return has_end and ADDRESS.search(text) is not None


def _unmarked_quotation(lines: Sequence[str], own: OwnEmail) -> int:
    """Where our email begins without quotation marks: behind headers, a line that names us, or all by itself."""
    for at, line in enumerate(lines):
        if not line.strip() or QUOTED.match(line):
            continue
        if _headers_at(lines, at, own) or _introduces_unmarked(lines, at, own):
            before = at - 1
            while before >= 0 and not lines[before].strip():
                before -= 1
            return before if before >= 0 and _separates(lines[before]) else at
    return _ours_at_the_end(lines, own)


def _headers_at(lines: Sequence[str], at: int, own: OwnEmail) -> int:
    """How many lines from here are the headers of our email ("From: … Sent: … Subject: …"), in any language."""
    count = 0
    while at + count < len(lines) and count < MOST_HEADERS and _is_header(lines[at + count]):
        count += 1
    return count if count >= FEWEST_HEADERS and own.names_us(" ".join(lines[at : at + count])) else 0


def _introduces_unmarked(lines: Sequence[str], at: int, own: OwnEmail) -> int:
    """How many lines from here introduce our email, which stands below them without marks."""
    for length in range(1, MOST_ATTRIBUTION + 1):
        said = [line.strip() for line in lines[at : at + length]]
        if not all(said) or len(" ".join(said)) > LONGEST_ATTRIBUTION:
            return 0
        if own.names_us(" ".join(said)) and ENDS_ATTRIBUTION.search(said[-1]):
            below = next((line for line in lines[at + length :] if line.strip()), "")
            is_ours = not QUOTED.match(below) and len(letters(below)) > 3 and own.has(below)
            return length if is_ours else 0
    return 0


def _after_headers(lines: Sequence[str], start: int, own: OwnEmail) -> int:
    """Where the text of an unmarked quotation begins."""
    at = start
    while at < len(lines) and (not lines[at].strip() or _separates(lines[at])):
        at += 1
    return at + (_headers_at(lines, at, own) or _introduces_unmarked(lines, at, own)) if at < len(lines) else at


def _is_header(line: str) -> bool:
    return len(line) <= LONGEST_ATTRIBUTION and HEADER.fullmatch(line.strip()) is not None


def _separates(line: str) -> bool:
    return len(line) <= LONGEST_SEPARATOR and SEPARATOR.fullmatch(line.strip()) is not None


def _ours_at_the_end(lines: Sequence[str], own: OwnEmail) -> int:
    at, said = len(lines), 0
    while at and not QUOTED.match(lines[at - 1]) and (not lines[at - 1].strip() or own.has(lines[at - 1])):
        at -= 1
        said += len(letters(lines[at]))
    return at if said >= UNMISTAKABLE else len(lines)


def _trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at both ends."""
    filled = [at for at, line in enumerate(lines) if line.strip() and line.strip() != ">"]
    return lines[filled[0] : filled[-1] + 1] if filled else []
