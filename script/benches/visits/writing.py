"""Bench of handwriting and pinyin, on strokes and names that nothing was built from.

Handwriting: characters of KanjiVG, everyday ones of GB 2312; half of them were used to tune, here
the other half is asked. Pinyin without tones: the names of the towns and villages of Bozhou.
"""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from kiosk.writing.handwriting import Handwriting, read_handwriting
from kiosk.writing.parts import Parts, read_parts
from kiosk.writing.pinyin import Pinyin, read_pinyin
from kiosk.writing.pronunciation import Readings, read_readings
from script.benches.figures import BenchFigure, Report
from script.writing.kanjivg import StrokePictures, Strokes, cursive, fetch, shaken, shuffled

ROOT = Path(__file__).resolve().parents[3]
SEED = 6
ASKED, ASKED_QUICK = 500, 100
SHOWN = 8  # candidates on one page
OFFERED = 5  # of what parts make, before the page is turned
BASIC_BLOCK = range(0x4E00, 0xA000)
EVERYDAY = range(0xB0, 0xD8)  # the rows of GB 2312, level 1
SUFFIXES = ("居民委员会", "村民委员会", "村委会", "居委会", "社区", "村", "镇", "乡", "街道")

Hand = Callable[[Strokes, random.Random], Strokes]
HANDS: dict[str, Hand] = {
    "as printed": lambda strokes, _: strokes,
    "shaken": shaken,
    "shaken, other order": lambda strokes, chance: shuffled(shaken(strokes, chance), chance),
    "shaken, a fifth joined": lambda strokes, chance: cursive(shaken(strokes, chance), 0.2, chance),
    "shaken, two fifths joined": lambda strokes, chance: cursive(
        shaken(strokes, chance), 0.4, chance
    ),
}


def measure(*, quick: bool = False) -> Report:
    """Ask for each character, and record the place of the right one among the candidates."""
    readings = read_readings(ROOT / "config")
    pinyin = read_pinyin(ROOT / "config", readings.signs, readings.usual)
    reader = read_handwriting(ROOT / "assets" / "writing", pinyin.ranks)
    figures: dict[str, BenchFigure] = {}
    with TemporaryDirectory(prefix="kiosk-writing-") as folder:
        hands = fetch(Path(folder))
        signs = asked_for(hands, reader.signs, ASKED_QUICK if quick else ASKED)
        for name, hand in HANDS.items():
            figures |= written(name, hand, hands, reader, signs)
    figures |= spelled(pinyin, readings)
    figures |= put_together(read_parts(ROOT / "config"), reader.signs, pinyin)
    print(f"seed {SEED}, {len(signs)} characters a hand")
    return Report("writing", figures)


def asked_for(hands: StrokePictures, known: str, count: int) -> list[str]:
    """Return `count` characters of the half that was not used to tune, in the seed's order."""
    everyday = [sign for sign in known if is_everyday(sign) and hands.strokes(sign)]
    random.Random(SEED).shuffle(everyday)  # noqa: S311 - a sample
    return everyday[len(everyday) // 2 :][:count]


def is_everyday(sign: str) -> bool:
    try:
        code = sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and code[0] in EVERYDAY  # noqa: PLR2004


def written(
    name: str, hand: Hand, hands: StrokePictures, reader: Handwriting, signs: list[str]
) -> dict[str, BenchFigure]:
    chance = random.Random(SEED)  # noqa: S311 - a tremor
    places: list[int] = []
    spent: list[float] = []
    for sign in signs:
        strokes = hands.strokes(sign)
        assert strokes is not None
        drawn, began = hand(strokes, chance), time.perf_counter()
        found = reader.candidates(drawn, SHOWN)
        spent.append((time.perf_counter() - began) * 1000)
        places.append(found.index(sign) if sign in found else SHOWN)
    return {
        f"{name}: first": share(places, 1),
        f"{name}: among {SHOWN}": share(places, SHOWN),
        f"{name}: time": BenchFigure(median(spent), "ms"),
    }


def put_together(parts: Parts, by_hand: str, pinyin: Pinyin) -> dict[str, BenchFigure]:
    """Ask for the characters of Unicode's basic block that neither hand nor few letters find."""
    found = {said[:-1]: pinyin.candidates(said[:-1])[: 2 * SHOWN] for said in pinyin.signs}
    easy = set(by_hand).union(*found.values())
    rare = [sign for sign in map(chr, BASIC_BLOCK) if sign not in easy]
    ways: dict[str, str] = {}
    for key, signs in parts.made.items():
        ways |= dict.fromkeys(signs, key)
    places = [place_among(parts, ways.get(sign, ""), sign) for sign in rare]
    return {
        "parts: rare characters": BenchFigure(len(rare), "characters"),
        f"parts: among {OFFERED}": share(places, OFFERED),
    }


def place_among(parts: Parts, written: str, sign: str) -> int:
    found = [made for made, _count in parts.joined(written)]
    return found.index(sign) if sign in found else len(BASIC_BLOCK)


def share(places: list[int], count: int) -> BenchFigure:
    return BenchFigure(100 * sum(place < count for place in places) / len(places), "%")


def spelled(pinyin: Pinyin, readings: Readings) -> dict[str, BenchFigure]:
    """Ask for every character of the names of places by its letters."""
    places = [found for name in places_of_bozhou() for found in ranks_in(name, pinyin, readings)]
    return {
        "pinyin: characters": BenchFigure(len(places), "characters"),
        "pinyin: first": share(places, 1),
        f"pinyin: among {SHOWN}": share(places, SHOWN),
        f"pinyin: among {2 * SHOWN}": share(places, 2 * SHOWN),
    }


def places_of_bozhou() -> list[str]:
    with (ROOT / "config" / "divisions.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file) if row["level"] in ("4", "5")]
    return [bare(name) for name in names]


def bare(name: str) -> str:
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def ranks_in(name: str, pinyin: Pinyin, readings: Readings) -> list[int]:
    said = readings.syllables(name)
    if len(said) != len(name):
        return []
    found = []
    for sign, syllable in zip(name, said, strict=True):
        known = pinyin.candidates(syllable[:-1])
        found.append(known.index(sign) if sign in known else len(known))
    return found
