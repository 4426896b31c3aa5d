"""Makes the bundled fonts and their advance table from the published Noto Sans SC.

What it does to each weight, and why:

* the radical blocks U+2E80-2FDF leave the character map. Several glyphs of the published font are reached
  both from a radical and from the ordinary ideograph; a PDF then names the glyph after the radical, so that
  text copied or searched in the PDF comes out wrong (U+2F1F in place of 土). Every other character stays;
* hinting leaves: maps are drawn without it, so that a label is as wide on the screen as on paper.

The files stay plain TrueType (10.5 MB each). WOFF2 would be 4.2 MB, but FreeType unpacks it anew for every
thread that draws text: measured 0.35-0.45 s before a worker's first label and 66 MB more memory, against
0.006 s here; and whether Qt on Windows can load it was never tried.

`advance.json` holds the horizontal advances, so that labels can be measured where there is no Qt:

    {"units_per_em": 1000, "ascent": 1160, "descent": 288,
     "weights": {"400": {"default": 1000, "runs": [[32, 224, 323, ...], ...]}, ...}}

A run is `[first code point, advance, advance, ...]`: the advances of consecutive code points. A code point in
no run has the default advance (all ideographs have). Kerning is not counted; it matters for Latin pairs only.

How to make them again (the fonts come from the npm package named in OFL.txt; fonttools and brotli are needed
for this script alone and are no dependency of the product):

    npm pack @expo-google-fonts/noto-sans-sc && tar xzf expo-google-fonts-noto-sans-sc-*.tgz
    python resources/fonts/build_fonts.py package/
"""
from __future__ import annotations

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
WEIGHTS = {400: "400Regular/NotoSansSC_400Regular.ttf",
           500: "500Medium/NotoSansSC_500Medium.ttf",
           700: "700Bold/NotoSansSC_700Bold.ttf"}
NAMES = {400: "NotoSansSC-Regular.ttf", 500: "NotoSansSC-Medium.ttf", 700: "NotoSansSC-Bold.ttf"}
RADICALS = range(0x2E80, 0x2FE0)
LAYOUT_FEATURES = ["ccmp", "locl", "kern", "mark", "mkmk", "vert", "vrt2", "rlig", "calt"]
RUN_JOINS_OVER = 3
"""A run goes on over this many code points of the default advance: shorter than starting a new run."""


def build_font(source: Path, target: Path):
    """Writes `target` from the TrueType file `source`; returns the subset font."""
    from fontTools import subset

    options = subset.Options(layout_features=LAYOUT_FEATURES, hinting=False, name_IDs=["*"],
                             name_languages=["*"], notdef_outline=True, recalc_timestamp=False)
    font = subset.load_font(str(source), options)
    wanted = set(font.getBestCmap()) - set(RADICALS)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    if set(font.getBestCmap()) != wanted:
        raise SystemExit(f"{target.name}: the character map is not what was asked for")
    font.save(str(target))
    return font


def advance_runs(font) -> dict:
    """The horizontal advances of `font` as `{"default": units, "runs": [[first, advance, ...], ...]}`."""
    default = font["hmtx"][font.getBestCmap()[ord("旗")]][0]
    runs: list[list[int]] = []
    last = None
    for code, glyph in sorted(font.getBestCmap().items()):
        advance = font["hmtx"][glyph][0]
        if advance == default:
            continue
        if last is not None and code - last - 1 <= RUN_JOINS_OVER:
            runs[-1] += [default] * (code - last - 1) + [advance]
        else:
            runs.append([code, advance])
        last = code
    return {"default": default, "runs": runs}


def main(package: Path) -> None:
    """Builds all weights and the table from the unpacked npm package `package`."""
    table: dict = {"weights": {}}
    for weight, name in WEIGHTS.items():
        font = build_font(package / name, FOLDER / NAMES[weight])
        table["units_per_em"] = font["head"].unitsPerEm
        table["ascent"], table["descent"] = font["hhea"].ascent, -font["hhea"].descent
        table["weights"][str(weight)] = advance_runs(font)
        size = (FOLDER / NAMES[weight]).stat().st_size
        print(NAMES[weight], size, "bytes,", len(font.getBestCmap()), "characters")
    text = json.dumps(table, separators=(",", ":")).replace("],[", "],\n[")
    (FOLDER / "advance.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: build_fonts.py FOLDER_OF_THE_UNPACKED_NPM_PACKAGE")
    main(Path(sys.argv[1]))
