"""Scripts of the world, as far as words need to know of them."""


def is_written_without_spaces(code: int) -> bool:
    """Whether words of this script run together (Chinese, Japanese, Thai and its neighbours; Korean endings)."""
    return (
        0x0E00 <= code <= 0x0EFF
        or 0x1000 <= code <= 0x109F
        or 0x1780 <= code <= 0x17FF
        or 0x2E80 <= code <= 0x9FFF
        or 0xAC00 <= code <= 0xD7AF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
    )
