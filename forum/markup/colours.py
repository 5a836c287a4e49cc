"""Colours as they were meant: what a picture's own colour profile says, in the numbers of sRGB."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

SPACES = {"L": "GRAY", "LA": "GRAY", "RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK"}  # that a profile of a mode speaks of
SRGB = ImageCms.createProfile("sRGB")


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB: L, LA, RGB and RGBA stay what they are, CMYK becomes RGB.

    A profile that is damaged, or of other colours than the picture has, counts as none; what has none is sRGB.
    """
    target = "RGB" if picture.mode == "CMYK" else picture.mode
    source = _read(profile, picture.mode) if profile else None
    if source is None:
        return picture if picture.mode == target else picture.convert(target)
    colours = picture.getchannel("L") if picture.mode == "LA" else picture
    output = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        transform = ImageCms.buildTransform(source, SRGB, colours.mode, output)
        # In its own place where that can be: a second copy would double what a large picture takes.
        if colours.mode == output:
            ImageCms.applyTransform(colours, transform, inPlace=True)
            converted: Image.Image | None = colours
        else:
            converted = ImageCms.applyTransform(colours, transform)
    except ImageCms.PyCMSError:
        return picture.convert(target)
    assert converted is not None
    if picture.mode != "LA":
        return converted.convert(target)
    return Image.merge("LA", (converted.convert("L"), picture.getchannel("A")))


def _read(profile: bytes, mode: str) -> ImageCms.ImageCmsProfile | None:
    try:
        read = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except OSError:
        return None
    return read if read.profile.xcolor_space.strip() == SPACES[mode] else None
