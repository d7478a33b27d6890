"""A random walk through the table: whatever happens, in any order, the promises hold.

Presses are those that stand on the page of the moment: screens/touch.py lets no finger press
what has gone. Everything else may come at any time, also for a visit or request long past.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk.application.document import FOR_ANOTHER, Way
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.page import Layout, Page
from kiosk.pages.press import Press
from kiosk.staff.roster import hash_card
from kiosk.visit import table
from kiosk.visit.effects import (
    FetchBegun,
    FetchFacts,
    FetchFilings,
    FindDraft,
    KeepDraft,
    Submit,
)
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.records.staff import StaffState
from kiosk.visit.records.terminal import DisplayState
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, applicable_answers
from kiosk.visit.steps.catalogue import STEPS
from kiosk.visit.steps.submission.events import Accepted
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import INK, NOW, InventedVisitor, handbook, receipt_for
from tests.kiosk.visit.device_answers import answers_of_devices
from tests.kiosk.visit.steps.test_started_elsewhere import with_scanner

NEEDING_PROOF = {step.stage for step in STEPS if step.needs_proof}

NEVER_A_PERSON = frozenset(Visit.__dataclass_fields__) - {
    "id",
    "application_id",
    "stage",
    "overlay",
    "request",
    "display",
    "failure",
    "help",
}
STARTS = (
    "",
    "",
    "at_authority",
    "at_back_entry",
    "at_choose",
    "at_form",
    "at_materials",
    "at_review",
    "at_submitting",
    "at_receipt",
)
EXPENSIVE = (Press.QUIT_YES, Press.QUIT)


def pressable(page: Page) -> list[Pressed]:
    found = [Pressed(one.act, one.value) for one in page.presses()]
    found += [Pressed(row.act, row.value) for row in page.rows if row.act is not None]
    if page.number is not None:
        found += [Pressed(Press.DIGIT, digit) for digit in "0123456789"]
    if page.layout is Layout.SIGN:
        found.append(Pressed(Press.CONFIRM))
    return found


@dataclass
class Walker(InventedVisitor):
    """A visitor that keeps a journal, its request numbers, and what was handed in."""

    lines: list[str] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    handed_in: list[tuple[str, str]] = field(default_factory=list)
    before: Visit = Visit("", "")

    def happen(self, what: Event, visit: str = "", request: int = 0) -> Walker:
        Journal(self.lines.append, handbook()).note(self.visit, Answered(what, visit, request), 0.0)
        self.before = self.visit
        super().happen(what, visit, request)
        self.requests.append(self.visit.request)
        self.handed_in += [
            (effect.application.id, effect.application.digest)
            for effect in self.effects
            if isinstance(effect, Submit)
        ]
        return self


class Walk(RuleBasedStateMachine):
    """One terminal, one person after another."""

    def __init__(self) -> None:
        super().__init__()
        self.visitor = Walker(table=with_scanner().table)

    @property
    def visit(self) -> Visit:
        return self.visitor.visit

    def happen(self, what: Event, visit: str = "", request: int = 0) -> None:
        self.visitor.happen(what, visit, request)

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start):
        if start:
            getattr(self.visitor, start)()

    @rule(data=st.data())
    def press_what_stands_there(self, data):
        choices = pressable(self.visitor.page)
        calm = [one for one in choices if one.act not in EXPENSIVE] or choices
        self.happen(data.draw(st.sampled_from(calm)))

    @rule(data=st.data())
    def go_on(self, data):
        """Prefer what leads deeper, or the walk would never see the end of a visit."""
        onward = (
            Press.NEXT,
            Press.PICK,
            Press.PROMISE,
            Press.CONFIRM,
            Press.SIGNED,
            Press.NONE_OF_IT,
        )
        deeper = [one for one in pressable(self.visitor.page) if one.act in (*onward, Press.DONE)]
        if deeper:
            self.happen(data.draw(st.sampled_from(deeper)))

    @rule(data=st.data())
    def change_the_mind(self, data):
        back = (
            Press.BACK,
            Press.CHANGE,
            Press.TOGGLE,
            Press.CLEAR_INK,
            Press.OTHER_TIME,
            Press.OTHER_WAY,
            Press.WHY,
            Press.INSIST,
        )
        there = [one for one in pressable(self.visitor.page) if one.act in back]
        if there:
            self.happen(data.draw(st.sampled_from(there)))

    @precondition(lambda self: self.visit.stage not in (Stage.IDLE, Stage.WIPING))
    @rule()
    def leave(self):
        self.happen(Pressed(Press.QUIT))
        self.happen(Pressed(Press.QUIT_YES))

    @precondition(lambda self: self.visit.stage is Stage.WIPING)
    @rule()
    def nothing_is_left(self):
        self.happen(Wiped(), self.visit.id, self.visit.request)

    @rule(what=st.sampled_from(answers_of_devices()))
    def a_device_answers(self, what):
        self.happen(what, self.visit.id, self.visit.request)

    @rule(what=st.sampled_from(answers_of_devices()), long_ago=st.booleans())
    def a_late_answer_changes_nothing(self, what, long_ago):
        before = self.visit
        if long_ago:
            self.happen(what, "v-0", before.request)
        else:
            self.happen(what, before.id, before.request + 1)
        assert self.visit is before
        assert self.visitor.effects == ()

    @rule()
    def sign(self):
        if self.visitor.page.layout is Layout.SIGN:
            self.happen(Pressed(Press.CONFIRM))
            self.happen(Drawn(INK))

    @rule()
    def receipt_comes(self):
        self.happen(Accepted(receipt_for(self.visit)), self.visit.id)

    @invariant()
    def there_is_always_a_page(self):
        page = self.visitor.page
        assert page.title
        assert page.spoken
        assert len(page.rows) <= 6
        assert pressable(page), "no dead end"

    @invariant()
    def nothing_of_a_person_stays(self):
        if self.visit.stage in (Stage.IDLE, Stage.OUT_OF_SERVICE, Stage.WIPING):
            fresh = Visit(
                self.visit.id,
                self.visit.application_id,
                staff=StaffState(session=self.visit.staff.session),
            )
            for name in sorted(NEVER_A_PERSON):
                assert getattr(self.visit, name) == getattr(fresh, name), name
            shown = self.visit.display
            assert shown == DisplayState(view=shown.view, part=shown.part)

    @invariant()
    def nobody_of_the_staff_stays_in_unseen(self):
        if self.visit.stage in (Stage.IDLE, Stage.OUT_OF_SERVICE, Stage.GUIDE, Stage.LOGIN):
            assert self.visit.staff.session is None

    @invariant()
    def no_page_knows_two_peoples_cases(self):
        if self.visit.stage is not Stage.DESK:
            assert self.visit.desk.content is None

    @invariant()
    def nobody_files_or_vouches_for_oneself(self):
        visit = self.visit
        if visit.identity.card is not None and visit.staff.session is not None:
            assert hash_card(visit.identity.card.number) != visit.staff.session.card_hash

    @invariant()
    def nobody_acts_for_oneself_or_without_authority(self):
        visit = self.visit
        if visit.on_behalf.proxy is not None and visit.identity.card is not None:
            assert visit.on_behalf.proxy.number != visit.identity.card.number
        if visit.stage in NEEDING_PROOF and visit.on_behalf.way in FOR_ANOTHER:
            assert visit.on_behalf.authority.ink or visit.on_behalf.authority.pages

    @invariant()
    def what_offices_know_is_only_there_beside_the_person(self):
        visit = self.visit
        if visit.on_behalf.way in FOR_ANOTHER and visit.facts.situation is not None:
            there = (
                visit.on_behalf.authority.presence is not None
                and visit.on_behalf.authority.card_copy is None
            )
            assert there or (
                visit.facts.shared is None
                and not visit.progress.states
                and not visit.confirming.filings
            )
            asked = {type(effect) for effect in self.visitor.effects}
            assert there or not asked & {FetchFacts, FetchFilings, FetchBegun, FindDraft}

    @invariant()
    def two_look_at_what_a_window_enters_later(self):
        visit = self.visit
        if visit.stage is Stage.SUBMITTING and visit.on_behalf.way is Way.BACK_ENTRY:
            assert visit.staff.session is not None
            assert visit.staff.checked_by not in ("", visit.staff.session.id)

    @invariant()
    def no_service_without_proof(self):
        if self.visit.stage in NEEDING_PROOF:
            assert self.visit.proof.accepted is not None

    @invariant()
    def a_draft_is_never_written_over_unread(self):
        kinds = {type(effect) for effect in self.visitor.effects}
        if KeepDraft in kinds:
            assert self.visitor.before.facts.draft is None
            assert self.visitor.before.proof.accepted is not None

    @invariant()
    def request_numbers_never_fall(self):
        assert self.visitor.requests == sorted(self.visitor.requests)

    @invariant()
    def one_id_names_one_application(self):
        """A second text under an id that is already stored would be thrown away unsent."""
        names = dict(self.visitor.handed_in)
        assert set(names.items()) == set(self.visitor.handed_in)

    @invariant()
    def only_answers_that_were_needed_are_handed_in(self):
        if self.visit.stage in (Stage.REVIEW, Stage.SIGNING, Stage.SUBMITTING):
            assert self.visit.answers == applicable_answers(self.visit, handbook())

    def teardown(self):
        """The journal of any walk can be seen again."""
        seen = list(replay(self.visitor.lines, self.visitor.table, NOW))
        assert len(seen) == len(self.visitor.lines)
        if '"digit"' not in "".join(self.visitor.lines):  # stand-ins for digits are always right
            assert [seen[-1].stage] == [self.visit.stage] if seen else True


SETTINGS = settings(
    max_examples=120,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_walk():
    run_state_machine_as_test(Walk, settings=SETTINGS)


def test_controls_that_must_fail(monkeypatch):
    """The walk sees a table that keeps the card of the person who is leaving."""

    def keep_the_card(stage, visit):
        return replace(visit, stage=stage)

    monkeypatch.setattr(table, "arrive", keep_the_card)
    walk = Walk()
    walk.visitor.with_card().press(Press.QUIT_YES)
    assert walk.visit.stage is Stage.WIPING
    with pytest.raises(AssertionError, match="card"):
        walk.nothing_of_a_person_stays()
