"""The generated parts of the handbooks: lists of failures, and the pictures.

Tables stand between two marks in docs/handbook-*.zh.md; pictures are pages as they are drawn.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from kiosk.failures import Curer
from wiring.places import CONFIG, ROOT

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
FAILURES = CONFIG / "texts" / "failures.toml"
HELPER, TECHNICIAN = "handbook-helper.zh.md", "handbook-technician.zh.md"
CURERS: Mapping[str, tuple[Curer, ...]] = {
    HELPER: (Curer.PERSON, Curer.HELPER),
    TECHNICIAN: (Curer.TECHNICIAN,),
}
WHO = {Curer.PERSON: "本人", Curer.HELPER: "帮办员"}
BEGIN, END = "<!-- 失败清单：由程序生成 -->", "<!-- 清单完 -->"
PICTURE = re.compile(r"\]\(pictures/([\w.]+)\.png\)")
VARIANT = "portrait-light-normal"


def table(curers: tuple[Curer, ...]) -> str:
    """Return the failures that these people can cure, as rows: what the page says, what to do."""
    last = "怎么办" if Curer.TECHNICIAN in curers else "谁来办"
    return "\n".join((f"| 屏幕上写的 | 说的话 | {last} |", "|---|---|---|", *_rows(curers)))


def with_table(text: str, curers: tuple[Curer, ...]) -> str:
    """Return a handbook with its list up to date; raises ValueError when it has no marks."""
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError("no marks")
    return f"{before}{BEGIN}\n\n{table(curers)}\n\n{END}{after}"


def pictures_of(text: str) -> tuple[str, ...]:
    """Return the names of the pages that a handbook shows, as the gallery names them."""
    return tuple(dict.fromkeys(PICTURE.findall(text)))


def run(arguments: list[str]) -> int:
    """Write the lists, and with --pictures the pictures; return 0 when done."""
    parser = argparse.ArgumentParser(prog="script/handbooks", description=__doc__)
    parser.add_argument("--pictures", action="store_true", help="draw the pages anew, too")
    options = parser.parse_args(arguments)
    shown: list[str] = []
    for name, curers in CURERS.items():
        path = DOCS / name
        text = with_table(path.read_text("utf-8"), curers)
        path.write_text(text, "utf-8")
        shown += pictures_of(text)
    return draw(tuple(dict.fromkeys(shown))) if options.pictures else 0


def draw(names: tuple[str, ...]) -> int:
    """Draw these pages into docs/pictures; return 0, or the gallery's exit code."""
    from wiring.gallery.drawing import draw_gallery  # noqa: PLC0415 - opens a window

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        if status := draw_gallery(Path(folder), names, (VARIANT,)):
            return status
        for name in names:
            drawn = Path(folder) / VARIANT / f"{name}.png"
            (PICTURES / f"{name}.png").write_bytes(drawn.read_bytes())
    return 0


def _rows(curers: tuple[Curer, ...]) -> Iterator[str]:
    with FAILURES.open("rb") as file:
        failures = tomllib.load(file)["failures"]
    for one in failures.values():
        curer = Curer(one["who"])
        if curer in curers:
            last = WHO.get(curer) or one["cure"]
            yield f"| {one['title']} | {one['sentence']} | {last} |"


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
