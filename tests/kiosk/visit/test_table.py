"""The four proofs on the table, and every simple route from idle to receipt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.pages.press import Press
from kiosk.visit.events.idling import Timeout
from kiosk.visit.events.papers import PaperCaptured
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.draft import KEPT
from kiosk.visit.step_parts.maintenance_state import PAGES
from kiosk.visit.steps.catalogue import STEPS
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import DraftFound
from kiosk.visit.steps.other_proof.card_pin.events import PinAccepted
from kiosk.visit.steps.other_proof.phone_code.events import PhoneProved
from kiosk.visit.table import Key, common_transitions
from kiosk.visit.transition import On

ENDS: tuple[Key, ...] = (Press.QUIT_YES, Timeout)
PROVING: tuple[Key, ...] = (FaceMatched, PinAccepted, PhoneProved, LoggedIn, Press.AUTHORISE)
"""The fourth: somebody of the staff vouches. The fifth: an authority is shown and recorded."""
PICTURED: tuple[Stage, Key] = (Stage.VOUCHING, PaperCaptured)
"""One of the staff vouched, and the picture of the person is sealed."""
HOLDING_A_PERSON = {step.stage for step in STEPS if step.holds_person}
NEEDING_PROOF = {step.stage for step in STEPS if step.needs_proof}
Edges = dict[Stage, set[tuple[Key, Stage]]]


def edges_of(*more: tuple[Stage, On]) -> Edges:
    """Every edge that the table allows, guards ignored: more than can really happen."""
    found: Edges = {}
    for step in STEPS:
        added = [one for stage, one in more if stage is step.stage]
        every = (*step.transitions, *common_transitions(step), *added)
        found[step.stage] = {(one.event, one.to or step.stage) for one in every}
    return found


def reachable(edges: Edges, start: Stage, without: frozenset[Stage] = frozenset()) -> set[Stage]:
    found, todo = {start}, [start]
    while todo:
        for _, after in edges[todo.pop()]:
            if after not in found and after not in without:
                found.add(after)
                todo.append(after)
    return found


def leaks(edges: Edges) -> set[tuple[Stage, Stage]]:
    """Ways out of personal data that do not lead through wiping."""
    clean = {Stage.IDLE, Stage.OUT_OF_SERVICE, Stage.GUIDE}
    return {
        (stage, after) for stage in HOLDING_A_PERSON for _, after in edges[stage] if after in clean
    }


def unproved(edges: Edges) -> set[Stage]:
    """Service stages that can be reached without the event that proves the person."""
    cut = {
        stage: {one for one in found if one[0] not in PROVING and (stage, one[0]) != PICTURED}
        for stage, found in edges.items()
    }
    return reachable(cut, Stage.IDLE) & NEEDING_PROOF


def test_every_stage_is_reachable():
    assert reachable(edges_of(), Stage.IDLE) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
def test_idle_is_reachable_from_everywhere(stage):
    assert Stage.IDLE in reachable(edges_of(), stage)


def test_personal_data_leaves_through_wiping_only():
    assert leaks(edges_of()) == set()


def test_no_service_page_without_proof():
    assert unproved(edges_of()) == set()


def beside_the_code(edges: Edges) -> set[Stage]:
    """A technician's pages that can be reached without the stage that asks for the code."""
    return reachable(edges, Stage.IDLE, frozenset({Stage.CODE})) & set(PAGES)


def cases_of_a_technician(edges: Edges) -> set[Stage]:
    """Pages of people that can be reached from a technician's without wiping."""
    found = reachable(edges, Stage.MAINTENANCE, frozenset({Stage.WIPING}))
    return found - {*PAGES, Stage.CODE}


def test_nobody_maintains_without_the_code_or_sees_a_case_there():
    assert beside_the_code(edges_of()) == set()
    assert cases_of_a_technician(edges_of()) == set()


def test_who_leaves_while_filling_in_leaves_by_the_ways_that_keep_a_draft():
    """Another way to wiping from there would lose what was filled in, without a word."""
    ways = {kind for stage in KEPT for kind, after in edges_of()[stage] if after is Stage.WIPING}
    assert ways == set(ENDS)
    assert KEPT <= NEEDING_PROOF  # nobody without a proof leaves one


def test_a_draft_is_taken_up_at_one_place_only():
    """Behind the proof, and before anything is filled in that it could write over."""
    for key in (DraftFound, Press.RESUME, Press.START_ANEW):
        taking = [stage for stage, edges in edges_of().items() if key in {one for one, _ in edges}]
        assert taking == [Stage.FACTS]


def test_controls_that_must_fail():
    """The proofs see a table that is wrong."""
    leaking = edges_of((Stage.REVIEW, On(Press.MORE, to=Stage.IDLE)))
    assert leaks(leaking) == {(Stage.REVIEW, Stage.IDLE)}
    open_door = edges_of((Stage.CARD, On(Press.MORE, to=Stage.CHOOSE)))
    assert Stage.CHOOSE in unproved(open_door)
    side_door = edges_of((Stage.LOGIN, On(Press.MORE, to=Stage.SHEET)))
    assert Stage.SHEET in beside_the_code(side_door)
    curious = edges_of((Stage.SEEKING, On(Press.MORE, to=Stage.DESK)))
    assert Stage.DESK in cases_of_a_technician(curious)
    orphan = {
        stage: {edge for edge in edges if edge[1] is not Stage.RATING}
        for stage, edges in edges_of().items()
    }
    assert Stage.RATING not in reachable(orphan, Stage.IDLE)
    late = (Stage.IDLE, Stage.FACTS, Stage.PROOF, Stage.SIGNING, Stage.SUBMITTING, Stage.RECEIPT)
    assert not proves_and_submits(late)


def test_every_stage_is_one_step():
    assert sorted(step.stage for step in STEPS) == sorted(Stage)


def targets(stage: Stage, key: Key) -> list[Stage]:
    return [to for one, to in edges_of()[stage] if one == key]


@pytest.mark.parametrize("stage", sorted(HOLDING_A_PERSON - {Stage.SUBMITTING}))
@pytest.mark.parametrize("end", ENDS)
def test_quitting_and_time_out_wipe(stage, end):
    assert targets(stage, end) == [Stage.WIPING]


def test_submitting_can_not_be_quit():
    assert [to for end in ENDS for to in targets(Stage.SUBMITTING, end)] == []


def simple_routes(edges: Edges) -> Iterator[tuple[Stage, ...]]:
    """Every route from idle to receipt that visits no stage twice."""

    def walk(route: tuple[Stage, ...]) -> Iterator[tuple[Stage, ...]]:
        if route[-1] is Stage.RECEIPT:
            yield route
            return
        for after in sorted({after for _, after in edges[route[-1]]} - set(route)):
            yield from walk((*route, after))

    return walk((Stage.IDLE,))


def test_each_simple_route_proves_and_submits():
    """All of them in one test: there are over ten thousand."""
    for route in simple_routes(edges_of()):
        assert proves_and_submits(route), "-".join(route)


def proves_and_submits(route: tuple[Stage, ...]) -> bool:
    shown = (Stage.PROOF, Stage.CARD_PIN, Stage.PHONE_CODE, Stage.VOUCHING, Stage.AUTHORITY)
    proof_at = min(route.index(one) for one in shown if one in route)
    early = any(stage in NEEDING_PROOF for stage in route[:proof_at])
    ends = route[-2:] == (Stage.SUBMITTING, Stage.RECEIPT)
    return not early and ends and Stage.SIGNING in route
