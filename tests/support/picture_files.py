"""Picture files as other programs write them: every kind of PNG, and colour profiles, byte by byte."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from PIL import Image

TILE = 64  # pixels; each colour fills a square
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a PNG, by colour type
# Red, green and blue of sRGB, and of Display P3, as profiles name them: XYZ under D50.
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(depth: int, colour_type: int, colours: Sequence[Sequence[int]], *extra: bytes) -> bytes:
    """A PNG of squares in a row. `colours` are the samples of each, at this depth."""
    across = [sample for colour in colours for _ in range(TILE) for sample in colour]
    if depth == 16:
        row = struct.pack(f">{len(across)}H", *across)
    else:
        bits = "".join(f"{sample:0{depth}b}" for sample in across)
        row = int(bits, 2).to_bytes(len(bits) // 8, "big")
    head = struct.pack(">IIBBBBB", TILE * len(colours), TILE, depth, colour_type, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress((b"\0" + row) * TILE))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(extra) + rows + chunk(b"IEND", b"")


def iccp(profile: bytes) -> bytes:
    """The chunk of a PNG that holds a colour profile."""
    return chunk(b"iCCP", b"profile\0\0" + zlib.compress(profile))


def tiles(mode: str, colours: Sequence[Any]) -> Image.Image:
    """Squares in a row, one for each colour."""
    shown = Image.new(mode, (TILE * len(colours), TILE))
    for place, colour in enumerate(colours):
        shown.paste(colour, (place * TILE, 0, (place + 1) * TILE, TILE))
    return shown


def saved(shown: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    shown.save(out, kind, **options)
    return out.getvalue()


def seen(content: bytes) -> list[tuple[int, ...]]:
    """Red, green, blue and opacity in the middle of each square, as a reader sees them."""
    with Image.open(io.BytesIO(content)) as opened:
        shown = opened.convert("RGBA")
    return [tuple(shown.getpixel((x, TILE // 2))) for x in range(TILE // 2, shown.width, TILE)]  # type: ignore[arg-type]


def matrix_profile(primaries: Sequence[Sequence[float]], *, gamma: float = 2.2, space: bytes = b"RGB ") -> bytes:
    """A profile of a screen."""
    curve = _curve(gamma)
    named = {b"rXYZ": primaries[0], b"gXYZ": primaries[1], b"bXYZ": primaries[2]}
    tags = {name: _xyz(value) for name, value in named.items()} | {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    return _profile(space, b"XYZ ", b"mntr", tags)


def grey_profile(gamma: float) -> bytes:
    return _profile(b"GRAY", b"XYZ ", b"mntr", {b"kTRC": _curve(gamma)})


def ink_profile() -> bytes:
    """A printer whose cyan ink is red: nothing else comes to that without reading the profile. Its colours are Lab."""
    grid = bytearray()
    for corner in range(16):
        cyan, magenta, yellow, black = (corner >> bit & 1 for bit in (3, 2, 1, 0))
        lightness = 255 if not (cyan or magenta or yellow or black) else 136 if not black else 0
        grid += bytes((lightness, 208 if cyan and not black else 128, 195 if cyan and not black else 128))
    ramp = bytes(range(256))
    unit = b"".join(struct.pack(">i", 65536 if at in (0, 4, 8) else 0) for at in range(9))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + unit + ramp * 4 + bytes(grid) + ramp * 3
    return _profile(b"CMYK", b"Lab ", b"prtr", {b"A2B0": table})


def _curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)


def _xyz(value: Sequence[float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(part * 65536)) for part in value)


def _profile(space: bytes, connection: bytes, kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = tags | {b"wtpt": _xyz((0.9642, 1.0, 0.8249))}
    start = 128 + 4 + 12 * len(tags)
    listed, held = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        listed += name + struct.pack(">II", start + len(held), len(content))
        held += content + bytes(-len(content) % 4)
    body = listed + held
    head = struct.pack(">I4s4s", 128 + len(body), bytes(4), b"\x02\x40\0\0") + kind + space + connection + bytes(12)
    head += b"acsp" + bytes(28) + struct.pack(">iii", 63190, 65536, 54061)
    return head + bytes(128 - len(head)) + body
