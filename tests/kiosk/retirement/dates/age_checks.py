"""The rows and properties that any rule of the retirement month must pass, written once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kiosk.retirement.months import Month
from tests.kiosk.retirement.shipped import ROOT

ANCHORS = json.loads((ROOT / "tests" / "vectors" / "retirement_anchors.json").read_text("utf-8"))
Row = tuple[str, str, int, tuple[int, int], str, str | None, str | None, int]
TABLE: tuple[Row, ...] = (
    # category, birth, delay, age, statutory, earliest, latest, minimum months
    ("M60", "1963-12", 0, (60, 0), "2023-12", None, None, 180),
    ("M60", "1964-12", 0, (60, 0), "2024-12", None, None, 180),
    ("M60", "1965-01", 1, (60, 1), "2025-02", "2025-01", "2028-02", 180),
    ("M60", "1965-04", 1, (60, 1), "2025-05", "2025-04", "2028-05", 180),
    ("M60", "1965-05", 2, (60, 2), "2025-07", "2025-05", "2028-07", 180),
    ("M60", "1965-12", 3, (60, 3), "2026-03", "2025-12", "2029-03", 180),
    ("M60", "1966-06", 5, (60, 5), "2026-11", "2026-06", "2029-11", 180),
    ("M60", "1970-06", 17, (61, 5), "2031-11", "2030-06", "2034-11", 192),
    ("M60", "1976-08", 35, (62, 11), "2039-07", "2036-08", "2042-07", 240),
    ("M60", "1976-09", 36, (63, 0), "2039-09", "2036-09", "2042-09", 240),
    ("M60", "1977-01", 36, (63, 0), "2040-01", "2037-01", "2043-01", 240),
    ("M60", "1995-12", 36, (63, 0), "2058-12", "2055-12", "2061-12", 240),
    ("W60", "1971-06", 20, (61, 8), "2033-02", "2031-06", "2036-02", 204),
    ("W60", "1964-12", 0, (60, 0), "2024-12", None, None, 180),
    ("F55", "1963-04", 0, (55, 0), "2018-04", None, None, 180),
    ("F55", "1970-01", 1, (55, 1), "2025-02", "2025-01", "2028-02", 180),
    ("F55", "1971-04", 4, (55, 4), "2026-08", "2026-04", "2029-08", 180),
    ("F55", "1981-09", 36, (58, 0), "2039-09", "2036-09", "2042-09", 240),
    ("F50", "1974-12", 0, (50, 0), "2024-12", None, None, 180),
    ("F50", "1975-01", 1, (50, 1), "2025-02", "2025-01", "2028-02", 180),
    ("F50", "1975-03", 2, (50, 2), "2025-05", "2025-03", "2028-05", 180),
    ("F50", "1976-11", 12, (51, 0), "2027-11", "2026-11", "2030-11", 180),
    ("F50", "1978-10", 23, (51, 11), "2030-09", "2028-10", "2033-09", 186),
    ("F50", "1984-10", 59, (54, 11), "2039-09", "2036-09", "2042-09", 240),
    ("F50", "1984-11", 60, (55, 0), "2039-11", "2036-11", "2042-11", 240),
    ("F50", "1995-12", 60, (55, 0), "2050-12", "2047-12", "2053-12", 240),
)
OLD_AGE = {"M60": 60, "W60": 60, "F55": 55, "F50": 50}
CAP = {"M60": 36, "W60": 36, "F55": 36, "F50": 60}
FIRST, LAST = Month.parse("1960-01"), Month.parse("2000-12")


@dataclass(frozen=True)
class ToldByRule:
    """What a rule tells: months of delay and the statutory month."""

    delay: int
    statutory: Month


Rule = Callable[[str, Month], ToldByRule]


def wrong_rows(rule: Rule) -> Iterator[str]:
    """Name each published row that the rule does not meet."""
    known = [(one["cat"], one["birth"], one["delay"], one["statutory"]) for one in ANCHORS]
    known += [(row[0], row[1], row[2], row[4]) for row in TABLE]
    for category, birth, delay, statutory in known:
        told = rule(category, Month.parse(birth))
        if (told.delay, str(told.statutory)) != (delay, statutory):
            yield f"{category} {birth}"


def broken_laws(rule: Rule) -> Iterator[str]:
    """Name each law of the rule that some month of 1960 to 2000 breaks."""
    for category, years in OLD_AGE.items():
        before = 0
        for index in range(FIRST.index, LAST.index + 1):
            birth = Month(index)
            told = rule(category, birth)
            if told.delay < before:
                yield f"{category} {birth}: the delay falls"
            if told.delay > before + 1:
                yield f"{category} {birth}: the delay jumps"
            if not 0 <= told.delay <= CAP[category]:
                yield f"{category} {birth}: the cap"
            if told.statutory.since(birth.later(years * 12)) != told.delay:
                yield f"{category} {birth}: old age and delay make the month"
            before = told.delay
