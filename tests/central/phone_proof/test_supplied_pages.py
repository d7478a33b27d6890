"""Pages that an employer handed in go through the person's visit to the clerk who opens them."""

from __future__ import annotations

import re
from dataclasses import replace

from central.tasks import TaskMove, TaskState
from kiosk.application.document import Way
from kiosk.application.scan import CapturedPaper
from kiosk.crypto.envelope import digest, seal
from kiosk.pages.press import Press
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.records.facts import StartedElsewhere
from kiosk.visit.stages import Stage
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter
from tests.central.standing import NOON, Standing, numbered
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.central.web.desk import WebDesk
from tests.central.web.test_case_page import (
    central,
    clerk_of,
    desk,
    side,
    store_page,
    text_of,
    vault,
)
from tests.kiosk.invented_people import InventedVisitor, persona

__all__ = ["central", "desk", "side", "vault"]  # fixtures
PICTURE = b"\xff\xd8\xff a page of the personnel file"
LIU, FACTS = persona("liu")


def test_a_clerk_opens_what_the_employer_handed_in(
    central: Standing, side: TerminalSide, desk: WebDesk
) -> None:
    sealed = seal(PICTURE, central.keys.sealing, numbered(9), digest(PICTURE))
    store_page(central, sealed)
    page = CapturedPaper(digest(PICTURE), digest(sealed), len(sealed), numbered(9))
    supplied = (("P1", (replace(page, supplied_by=Way.EMPLOYER.value),)),)
    begun = StartedElsewhere(Way.EMPLOYER, LIU.number, ("R01", "R06"), (), supplied)
    facts = replace(FACTS, waiting_unit="亳州市示范机械厂")
    visitor = InventedVisitor(now=NOON).proved().happen(FactsKnown(facts))
    assert visitor.happen(DraftBegun(begun)).press(Press.RESUME).visit.stage is Stage.FACTS
    filed = Counter(central, side, visitor).file().id
    service = central.office.store.work
    for code in ("R01", "R06"):
        service.settle(filed, code, TaskMove(TaskState.WORKING), NOON.isoformat())
    clerk = clerk_of(desk, "RS")
    places = re.findall(r'href="/cases/1/R01/papers/(\d+)"', text_of(clerk, "/cases/1/R01"))
    shown = [text_of(clerk, f"/cases/1/R01/papers/{place}") for place in places]
    (blob,) = {one for text in shown for one in re.findall(r"/pages/([0-9a-f]{64})", text)}
    assert clerk.get(f"/cases/1/R01/pages/{blob}").content == PICTURE
    assert any("人事档案" in text for text in shown)
    assert clerk_of(desk, "YB").get(f"/cases/1/R06/pages/{blob}").status_code == 404
    assert side.store.papers_due(1e12) == (), "the terminal has nothing to send"
