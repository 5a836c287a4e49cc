"""The body of an answer, plain and compressed, each made once."""

from __future__ import annotations

import gzip
import re
from enum import Enum
from functools import lru_cache

import brotli

BROTLI_QUALITY = 5  # of 11: as quick as gzip and a tenth smaller; above it takes several times as long
GZIP_LEVEL = 6
SMALLEST = 200  # bytes; below, compressing gains nothing
ACCEPTED = re.compile(r"\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?", re.IGNORECASE)


class Coding(Enum):
    """How a body is sent, by the names of RFC 9110."""

    PLAIN = b"identity"
    GZIP = b"gzip"
    BROTLI = b"br"


class Body:
    """One body in the codings that somebody asked for."""

    __slots__ = ("_coded",)

    def __init__(self, plain: bytes) -> None:
        self._coded = {Coding.PLAIN: plain}

    @property
    def size(self) -> int:
        """Bytes of all codings together."""
        return sum(map(len, self._coded.values()))

    def best(self, accepted: bytes) -> Coding:
        """In which coding this body goes to whoever accepts these."""
        return coding_for(accepted) if len(self._coded[Coding.PLAIN]) >= SMALLEST else Coding.PLAIN

    def has(self, coding: Coding) -> bool:
        return coding in self._coded

    def code(self, coding: Coding) -> None:
        """Compresses it, which takes some milliseconds; nothing if somebody else was quicker."""
        if coding in self._coded:
            return
        plain = self._coded[Coding.PLAIN]
        if coding is Coding.BROTLI:
            self._coded[coding] = brotli.compress(plain, brotli.MODE_TEXT, BROTLI_QUALITY)
        else:
            self._coded[coding] = gzip.compress(plain, GZIP_LEVEL, mtime=0)

    def coded(self, coding: Coding) -> bytes:
        return self._coded[coding]


@lru_cache(maxsize=1_000)
def coding_for(accepted: bytes) -> Coding:
    """The best coding of ours that an Accept-Encoding header allows (RFC 9110, section 12.5.3); a q of 0 forbids."""
    weights: dict[str, float] = {}
    for part in accepted.decode("latin-1").split(","):
        if found := ACCEPTED.fullmatch(part):
            weights[found[1].lower()] = float(found[2]) if found[2] else 1.0
    others = weights.get("*", 0.0)
    best = max((Coding.BROTLI, Coding.GZIP), key=lambda coding: weights.get(coding.value.decode(), others))
    return best if weights.get(best.value.decode(), others) > 0 else Coding.PLAIN
