"""Makes the files of assets/fonts from the unpacked npm package @ibm/plex-sans 1.1.0.

    npm pack @ibm/plex-sans@1.1.0 && tar xzf ibm-plex-sans-1.1.0.tgz
    pip install fonttools==4.59.0 brotli
    python3 scripts/fonts.py package assets/fonts

The window gets the publisher's own Latin files, byte for byte. The paper gets TrueType subsets, without hints and
layout tables (a PDF carries its own positions), under a name of their own: the licence reserves "Plex" for
unmodified files.
"""

import shutil
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

WINDOW = {400: "Regular", 500: "Medium", 600: "SemiBold"}
PAPER = {"regular": "Regular", "bold": "SemiBold"}
# Latin-1 and Latin Extended-A (names in the registries come from everywhere), then what Spanish prose prints.
CHARACTERS = [
    *range(0x20, 0x7F), *range(0xA1, 0x180), 0x218, 0x219, 0x21A, 0x21B, 0x1E9E,
    *map(ord, "–—‘’‚“”„†•…‰‹›€™−≤≥→←\N{REPLACEMENT CHARACTER}\N{NON-BREAKING HYPHEN}"),
]


def paper(source: Path, target: Path, style: str) -> None:
    font = TTFont(source)
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "gasp", "meta"]
    options.name_IDs = [0, 13, 14]
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    missing = [c for c in CHARACTERS if c not in font.getBestCmap()]
    if missing:
        sys.exit(f"{source} lacks {[hex(c) for c in missing]}")
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    names = font["name"]
    for name_id, text in ((1, f"Ventanilla Paper {style}"), (2, "Regular"), (4, f"Ventanilla Paper {style}"),
                          (6, f"VentanillaPaper-{style}")):
        names.setName(text, name_id, 3, 1, 0x409)
    font.flavor = None
    font.save(target)


def main() -> None:
    package, out = Path(sys.argv[1]), Path(sys.argv[2])
    for weight, name in WINDOW.items():
        shutil.copyfile(package / f"fonts/split/woff2/IBMPlexSans-{name}-Latin1.woff2",
                        out / f"ibm-plex-sans-{weight}.woff2")
    for style, name in PAPER.items():
        paper(package / f"fonts/complete/woff2/IBMPlexSans-{name}.woff2", out / f"paper-{style}.ttf",
              style.capitalize())
    shutil.copyfile(package / "LICENSE.txt", out / "OFL.txt")


main()
