"""The table of a visit on a phone: the kiosk's steps, three of which are a phone's own.

Those three are the first ones, before the person is known: a phone has no reader, no camera of the
service point and nobody beside it. From the facts to the receipt every page, word and rule is the
kiosk's; words that speak of the machine are replaced by config/texts/phone.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kiosk.config.schema import read_table
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row
from kiosk.pages.press import Press
from kiosk.people.consent import Consent
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.steps.catalogue import OVERLAYS, STEP_OF
from kiosk.visit.steps.idle.page import idle_page
from kiosk.visit.steps.idle.transitions import ask_progress
from kiosk.visit.table import Table
from kiosk.visit.transition import On, Step
from phone.platform_login import PLATFORM_LOGIN

TEXT_VERSION = "notice-phone-1"
NOT_HERE = frozenset({Press.START_PROXY})
"""Who files for another shows the person or an authority at a service point."""


@dataclass(frozen=True)
class PhoneTexts:
    """Words of the pages around the visit, `site`, and those that replace the kiosk's, `words`."""

    site: Mapping[str, Any]
    words: Mapping[str, Mapping[str, Any]]


def read_phone_texts(folder: Path) -> PhoneTexts:
    """Return the texts of config/texts/phone.toml in `folder`. Raises ConfigError."""
    table = read_table(folder / "texts" / "phone.toml")
    return PhoneTexts(table["site"], table["words"])


def phone_book(book: ReferenceData, texts: PhoneTexts) -> ReferenceData:
    """Return the kiosk's reference data in which the phone's words stand for the machine's."""
    said = {name: {**book.words.get(name, {}), **words} for name, words in texts.words.items()}
    return replace(book, words={**book.words, **said})


def phone_idle_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the first page, with what can be begun without a service point."""
    page = idle_page(visit, book)
    return replace(page, choices=tuple(one for one in page.choices if one.act not in NOT_HERE))


def phone_notice_page(_visit: Visit, book: ReferenceData) -> Page:
    """Return the notice: what is asked of the platform, and what becomes of it."""
    words = book.words["phone_notice"]
    return Page(
        name="phone_notice",
        layout=Layout.NOTICE,
        title=words["title"],
        sentence=words["sentence"],
        step=1,
        rows=(
            Row(words["time"], words["time_under"], icon="clock"),
            Row(words["privacy"], words["privacy_under"], icon="lock-key"),
            Row(words["face"], words["face_under"], icon="scan-smiley"),
        ),
        panel=Panel(words["question"], (words["other"],)),
        choices=(Choice(Press.AGREE, words["agree"], tone=ButtonStyle.PRIMARY, arrow=True),),
    )


def agree_to_platform(visit: Visit, _what: Event, context: Context) -> Visit:
    """Record the consent to the notice; the platform asks for that to its face check by itself."""
    consent = Consent(TEXT_VERSION, context.moment, face=False)
    return replace(visit, identity=replace(visit.identity, consent=consent))


PHONE_IDLE = Step(
    stage=Stage.IDLE,
    page=phone_idle_page,
    holds_person=False,
    may_end=False,
    transitions=(
        On(Press.START_SELF, to=Stage.NOTICE),
        On(Press.ASK_PROGRESS, to=Stage.NOTICE, do=ask_progress),
    ),
)
PHONE_NOTICE = Step(
    stage=Stage.NOTICE,
    page=phone_notice_page,
    holds_person=False,
    transitions=(
        On(Press.AGREE, to=Stage.CARD, do=agree_to_platform),
        On(Press.BACK, to=Stage.WIPING),
    ),
)
OWN_STEPS: Mapping[Stage, Step] = {
    one.stage: one for one in (PHONE_IDLE, PHONE_NOTICE, PLATFORM_LOGIN)
}


def build_phone_table(book: ReferenceData, texts: PhoneTexts) -> Table:
    """Return the table of a visit on a phone over the kiosk's reference data."""
    return Table(phone_book(book, texts), {**STEP_OF, **OWN_STEPS}, OVERLAYS)
