"""The four proofs on the table, and every simple route from idle to receipt as a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.visit.draft import KEPT
from kiosk.visit.maintaining import PAGES
from kiosk.visit.page import Act
from kiosk.visit.stages import HOLDS_PERSONAL_DATA, SERVICE_STAGES, Stage
from kiosk.visit.table import ENDS, ROWS, Row, rows_of

KINDS = sorted(
    {row.kind for row in ROWS} | set(ENDS) | {act.value for act in Act} | {"IdleWarning"}
)
PROVING = ("FaceMatched", "LoggedIn", Act.AUTHORISE)
"""The second: somebody of the staff vouches. The third: an authority is shown and recorded."""
PICTURED = (Stage.VOUCHING, "PaperCaptured")
"""One of the staff vouched, and the picture of the person is sealed."""
Edges = dict[Stage, set[tuple[str, Stage]]]


def edges_of(rows: tuple[Row, ...] | None = None) -> Edges:
    """Every edge that the table allows, guards ignored: more than can really happen."""
    if rows is not None:
        return {stage: {(r.kind, r.to) for r in rows if r.stage is stage} for stage in Stage}
    return {
        stage: {(row.kind, row.to) for kind in KINDS for row in rows_of(stage, kind)}
        for stage in Stage
    }


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
        (stage, after)
        for stage in HOLDS_PERSONAL_DATA
        for _, after in edges[stage]
        if after in clean
    }


def unproved(edges: Edges) -> set[Stage]:
    """Service stages that can be reached without the event that proves the person."""
    cut = {
        stage: {one for one in found if one[0] not in PROVING and (stage, one[0]) != PICTURED}
        for stage, found in edges.items()
    }
    return reachable(cut, Stage.IDLE) & SERVICE_STAGES


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
    assert ways == {str(end) for end in ENDS}
    assert KEPT <= SERVICE_STAGES  # nobody without a proof leaves one


def test_a_draft_is_taken_up_at_one_place_only():
    """Behind the proof, and before anything is filled in that it could write over."""
    for kind in ("DraftFound", Act.RESUME, Act.START_ANEW):
        assert [stage for stage in Stage if rows_of(stage, kind)] == [Stage.FACTS]


def test_controls_that_must_fail():
    """The proofs see a table that is wrong."""
    leaking = (*ROWS, Row(Stage.REVIEW, "shortcut", Stage.IDLE))
    assert leaks(edges_of(leaking)) == {(Stage.REVIEW, Stage.IDLE)}
    open_door = (*ROWS, Row(Stage.CARD, "shortcut", Stage.CHOOSE))
    assert Stage.CHOOSE in unproved(edges_of(open_door))
    side_door = (*ROWS, Row(Stage.LOGIN, "shortcut", Stage.SHEET))
    assert Stage.SHEET in beside_the_code(edges_of(side_door))
    curious = (*ROWS, Row(Stage.SEEKING, "shortcut", Stage.DESK))
    assert Stage.DESK in cases_of_a_technician(edges_of(curious))
    orphan = tuple(row for row in ROWS if row.to is not Stage.RATING)
    assert Stage.RATING not in reachable(edges_of(orphan), Stage.IDLE)


@pytest.mark.parametrize("stage", sorted(HOLDS_PERSONAL_DATA - {Stage.SUBMITTING}))
@pytest.mark.parametrize("end", ENDS)
def test_quitting_and_time_out_wipe(stage, end):
    assert [row.to for row in rows_of(stage, end)] == [Stage.WIPING]


def test_submitting_can_not_be_quit():
    assert [row.to for end in ENDS for row in rows_of(Stage.SUBMITTING, end)] == []


def simple_routes(edges: Edges) -> Iterator[tuple[Stage, ...]]:
    """Every route from idle to receipt that visits no stage twice."""

    def walk(route: tuple[Stage, ...]) -> Iterator[tuple[Stage, ...]]:
        if route[-1] is Stage.RECEIPT:
            yield route
            return
        for after in sorted({after for _, after in edges[route[-1]]} - set(route)):
            yield from walk((*route, after))

    return walk((Stage.IDLE,))


@pytest.mark.parametrize(
    "route", sorted(simple_routes(edges_of())), ids=lambda route: "-".join(s[:4] for s in route)
)
def test_each_simple_route_proves_and_submits(route):
    shown = (Stage.PROOF, Stage.VOUCHING, Stage.AUTHORITY)
    proof_at = min(route.index(one) for one in shown if one in route)
    assert all(stage not in SERVICE_STAGES for stage in route[:proof_at])
    assert route[-2:] == (Stage.SUBMITTING, Stage.RECEIPT)
    assert Stage.SIGNING in route
