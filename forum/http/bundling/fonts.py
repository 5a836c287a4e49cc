"""Makes the fonts in static/fonts from the originals in static/vendor: fewer letters, weights and features.

Each file holds what one `unicode-range` in static/css/tokens.css promises, so that a page loads the letters it shows.
"""

from __future__ import annotations

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from forum.http.bundling.sources import ROOT

STATIC = ROOT / "static"
ORIGINALS, MADE = STATIC / "vendor" / "source-serif-4", STATIC / "fonts"
NAME = "Parley Serif"  # the licence keeps the name "Source" for the originals
# Lowest, usual, highest. The pages use none below 400, and none above 700; but with another highest weight the letters
# would be rounded anew, and some would move by a pixel.
WEIGHTS = (400, 400, 900)
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk"]  # what browsers apply unasked; styles ask for no other
AZERBAIJANI = {*map(ord, "ƏəĞğİŞş")}  # ç, ı, ö and ü are in the first file
LICENCE_NAMES = [0, 13, 14]  # in the font's own table: copyright, licence, address of the licence
FAMILY_NAMES = {1: NAME, 4: NAME, 6: NAME.replace(" ", "")}


def letters_of(original: str, wanted: str) -> set[int]:
    """The code points of one file that is made: of the letters in its original, those that belong into it."""
    here = set(TTFont(ORIGINALS / original).getBestCmap())
    return {"latin": here, "azerbaijani": here & AZERBAIJANI, "latin-ext": here - AZERBAIJANI}[wanted]


def make(original: str, wanted: str, target: Path) -> None:
    font = TTFont(ORIGINALS / original, recalcTimestamp=False)  # the same bytes every time
    options = subset.Options(layout_features=FEATURES, name_IDs=[*LICENCE_NAMES, *FAMILY_NAMES, 2], notdef_outline=True)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=letters_of(original, wanted))
    cut.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS})
    for name in font["name"].names:
        if name.nameID in FAMILY_NAMES:
            name.string = FAMILY_NAMES[name.nameID]
    font.flavor = "woff2"
    font.save(target)


def main() -> None:
    MADE.mkdir(exist_ok=True)
    for style in ("normal", "italic"):
        for wanted, part in (("latin", "latin"), ("azerbaijani", "latin-ext"), ("latin-ext", "latin-ext")):
            make(f"source-serif-4-{part}-wght-{style}.woff2", wanted, MADE / f"serif-{wanted}-{style}.woff2")


if __name__ == "__main__":
    main()
