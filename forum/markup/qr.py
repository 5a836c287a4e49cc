"""Addresses as pictures that a phone reads: QR codes, drawn by segno."""

import segno


def qr_svg(text: str) -> str:
    """An SVG of the code, without a size of its own."""
    code = segno.make(text, micro=False, error="m")
    svg: str = code.svg_inline(omitsize=True, svgclass="qr", lineclass=None, border=2)
    return svg
