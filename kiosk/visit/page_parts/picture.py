"""The page on which a picture is looked at before it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kiosk.date_words import full_day_words
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Said
from kiosk.pages.press import Press
from kiosk.paper_text import ReadField
from kiosk.visit.records.filing import ShownPicture
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit

MOST_READ = 2  # lines below the picture, which stays large enough to be looked at
DAYS = frozenset({"issued_on", "birth"})
"""Fields of a paper that are days (config/paper_reading.toml)."""
CODES = frozenset({"qr_code", "bar_code"})
"""What a code on any paper fills (drivers/papers/reading/code_reader.py)."""
LONGEST_CODE = 20  # characters of a code, or of the name of the site that it leads to
SITE = re.compile(r"https?://([^/?#]+)")
STEPS = {Stage.MATERIALS: 4, Stage.PRINCIPAL: 1, Stage.AUTHORITY: 1, Stage.VOUCHING: 1}
"""Step of the path by stage, as on the pages before and after; the desk has none."""


def picture(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the picture, 重拍 and 用这张, and the doubt if there is one."""
    words, shown = book.words["picture"], visit.papers.picture
    if visit.stage is Stage.VOUCHING:  # of the person, not of a paper
        words = {**words, **book.words["picture_of_person"]}
    assert shown is not None
    sentence = book.failures[shown.doubt].sentence if shown.doubt else words["sentence"]
    return Page(
        name="picture",
        layout=Layout.PICTURE,
        title=words["title"],
        sentence=sentence,
        spoken=(Said(words["why"]),) if shown.doubt else (),
        step=STEPS.get(visit.stage, 0),
        photo=shown.number,
        pill=words["keeping"] if shown.keeping else "",
        panel=_panel(shown, words),
        choices=_choices(shown, book),
        mend=shown.doubt is not None,
    )


def _panel(shown: ShownPicture, words: Mapping[str, Any]) -> Panel | None:
    """Return why a doubted picture may be kept, else what was read and is to be checked."""
    if shown.doubt:
        return Panel(words["why"])
    lines = tuple(
        words["read_line"].format(label=words["fields"][one.name], value=_value_words(one))
        for one in _most_telling(shown.read, words["fields"])
    )
    return Panel(words["read"], lines) if lines else None


def _most_telling(read: Sequence[ReadField], known: Mapping[str, str]) -> tuple[ReadField, ...]:
    """Return the fields that there is room for: a code, if one was read, and the first others."""
    codes = [one for one in read if one.name in CODES][:1]
    others = [one for one in read if one.name in known and one.name not in CODES]
    return (*others[: MOST_READ - len(codes)], *codes)


def _value_words(read: ReadField) -> str:
    """Return a value in words; of a code that leads to a site the site's name."""
    if read.name in DAYS:
        return full_day_words(date.fromisoformat(read.value))
    if read.name not in CODES:
        return read.value
    site = SITE.match(read.value)
    text = site[1] if site else read.value
    return text if len(text) <= LONGEST_CODE else text[: LONGEST_CODE - 1] + "…"


def _choices(shown: ShownPicture, book: ReferenceData) -> tuple[Choice, ...]:
    words = book.words["picture"]
    if shown.keeping:
        return ()
    if shown.doubt is None:
        again = Choice(Press.CAPTURE, words["again"])
        return (again, Choice(Press.KEEP_PICTURE, words["keep"], tone=ButtonStyle.PRIMARY))
    keep = Choice(Press.KEEP_PICTURE, words["keep_doubted"])
    return (keep, Choice(Press.CAPTURE, words["again"], tone=ButtonStyle.PRIMARY))
