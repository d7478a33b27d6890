"""Troubled visits end at the idle page, and what grows or stays open is found."""

from __future__ import annotations

from random import Random

import pytest

from kiosk.visit.events.devices import Printed, PrintFailed, StoreFailed
from kiosk.visit.stages import Stage
from kiosk.visit.steps.face_check.events import FaceFailed, FaceMatched
from kiosk.visit.steps.submission.events import Accepted, Stored
from kiosk.visit.steps.wiping.events import Wiped
from script.benches.screens.screens import ENOUGH
from script.benches.visits.soak import lasted
from script.benches.visits.troubled import TroubledVisits, failed
from script.benches.visits.visiting import by_events
from wiring.gallery.page_catalogue import demo_handbook

LONG = 2 * ENOUGH
STEADY = {"mib": [100.0] * LONG, "threads": [7.0] * LONG, "files": [20.0] * LONG, "fonts": [9.0]}


@pytest.mark.parametrize("seed", range(3))
def test_every_troubled_visit_ends_at_the_idle_page(seed: int) -> None:
    people = TroubledVisits(demo_handbook(), lambda _page: None, Random(seed))
    hands, stages = by_events(people), set[Stage]()
    for _ in range(20):
        people.struggle(hands)
        assert people.visit.stage is Stage.IDLE
        kinds = {type(what) for what in people.happened}
        stages |= {Stage.RECEIPT} if Accepted in kinds else set()
    assert stages, "nobody got to a receipt"


def test_every_answer_has_a_failure() -> None:
    random = Random(1)
    assert isinstance(failed(FaceMatched(0.3, 0.4, "x"), random), FaceFailed)
    assert isinstance(failed(Stored(), random), StoreFailed)
    assert isinstance(failed(Printed(), random), PrintFailed)
    assert failed(Wiped(), random) == Wiped()


def test_what_lasts_holds() -> None:
    assert all(one.holds for one in lasted("drawn", STEADY).values())


@pytest.mark.parametrize(
    ("what", "sizes"),
    [
        ("growth", {"mib": [100.0 + number / 20 for number in range(LONG)]}),
        ("threads_left", {"threads": [7.0] * (LONG - 1) + [8.0]}),
        ("files_left", {"files": [20.0 + number for number in range(LONG)]}),
    ],
)
def test_what_grows_is_found(what: str, sizes: dict[str, list[float]]) -> None:
    figures = lasted("drawn", STEADY | sizes)
    assert [name for name, one in figures.items() if not one.holds] == [f"drawn_{what}"]
