"""The templates of handwriting; it writes assets/writing/templates.npz.

Run it as script/templates. The middle lines of the strokes come from the npm package
hanzi-writer-data (Arphic Public License, whose text is copied beside the templates).
"""

from __future__ import annotations

import json
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from kiosk.writing.handwriting import TEMPLATES
from kiosk.writing.shapes import joined, shape_of

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "writing"
PACKAGE = "hanzi-writer-data@2.0.1"
LICENCE = "ARPHICPL.TXT"
RADICALS = range(0x2E80, 0x2FE0)
HEIGHT = 900  # their y goes up from below the base line


def strokes_of(medians: list[list[list[float]]]) -> list[list[tuple[float, float]]]:
    return [[(x, HEIGHT - y) for x, y in line] for line in medians]


def is_character(name: str) -> bool:
    """Tell a character from a radical that only dictionaries write by itself."""
    return len(name) == 1 and ord(name) not in RADICALS


def packed(rows: list[np.ndarray]) -> np.ndarray:
    """Return the shapes as bytes: a quarter of the size, and no bench's figure got worse."""
    every = np.stack(rows)
    return np.asarray(np.round(every / every.max() * 255), np.uint8)


def main() -> None:
    """Fetch the package, and write templates and licence."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    signs, plain, one_line = "", [], []
    with TemporaryDirectory(prefix="kiosk-writing-") as folder:
        subprocess.run(
            ["npm", "pack", "--silent", "--pack-destination", folder, PACKAGE], check=True
        )
        (packed_file,) = Path(folder).glob("*.tgz")
        with tarfile.open(packed_file) as archive:
            for member in sorted(archive.getmembers(), key=lambda one: one.name):
                name = Path(member.name)
                file = archive.extractfile(member)
                assert file is not None
                if name.name == LICENCE:
                    (FOLDER / LICENCE).write_bytes(file.read())
                elif name.suffix == ".json" and is_character(name.stem):
                    strokes = strokes_of(json.load(file)["medians"])
                    signs += name.stem
                    plain.append(shape_of(strokes))
                    one_line.append(shape_of(joined(strokes)))
    np.savez_compressed(
        FOLDER / TEMPLATES,
        signs=np.array(signs),
        plain=packed(plain),
        joined=packed(one_line),
    )
    print(f"{len(signs)} characters")


if __name__ == "__main__":
    main()
