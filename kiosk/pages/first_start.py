"""Pages of a terminal that is not enrolled yet: a card, six digits, and nothing to be typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.pages.page import Layout, Page, PageWait, Panel


class FirstStartStage(StrEnum):
    """How far it is; the value names the page and its words."""

    SCANNERLESS = "scannerless"
    CARD = "card"
    ASKING = "asking"
    DIGITS = "digits"
    ENROLLED = "enrolled"


@dataclass(frozen=True)
class FirstStart:
    """What the page shows.

    `digits`: those of the terminal's key; `terminal`, `point`: what the card is for, "" while that
    is not known. `trouble`: why the last try led to nothing, in words.
    """

    stage: FirstStartStage
    digits: str = ""
    terminal: str = ""
    point: str = ""
    trouble: str = ""


def first_start_page(state: FirstStart, words: Mapping[str, str], banner: str = "") -> Page:
    """Return the page of `state`.

    `words` are the texts `enrolment.first_start`, `banner` is that of training.
    """
    stage = state.stage.value
    is_card = state.stage is FirstStartStage.CARD
    return Page(
        name=f"first_start_{stage}",
        layout=Layout.PICTURE if is_card else Layout.MESSAGE,
        title=words[f"{stage}_title"],
        sentence=state.trouble or words[f"{stage}_sentence"],
        picture="slip_under_scanner" if is_card else "",
        pill=words["card_pill"] if is_card else "",
        panel=_panel(state, words),
        waiting=PageWait(()) if state.stage in _WAITING else None,
        banner=banner,
        mend=bool(state.trouble) or state.stage is FirstStartStage.SCANNERLESS,
    )


_WAITING = (FirstStartStage.ASKING, FirstStartStage.DIGITS, FirstStartStage.ENROLLED)


def _panel(state: FirstStart, words: Mapping[str, str]) -> Panel | None:
    if state.stage is not FirstStartStage.DIGITS:
        return None
    point = f"{words['digits_point']}{state.point}" if state.point else ""
    digits = f"{state.digits[:3]} {state.digits[3:]}"  # alone on a line: the largest type
    lines = (digits, f"{words['digits_terminal']}{state.terminal}", point)
    return Panel("", tuple(filter(None, lines)))
