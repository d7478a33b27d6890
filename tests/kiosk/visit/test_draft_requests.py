"""Who leaves half way leaves a draft, kept answer by answer; nobody else can go on with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.storage.drafts import Drafts
from kiosk.storage.store import Store, open_store
from kiosk.visit.effects import DropDraft, FindDraft, KeepDraft, Submit, Wipe
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.devices import StoreFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.idling import Timeout
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.records.facts import Draft
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.draft import KEPT, decode, draft_of, encode, is_kept
from kiosk.visit.steps.catalogue import STEPS
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown
from tests.kiosk.invented_people import INK, InventedVisitor, persona
from tests.kiosk.storage.test_drafts import DraftKey, NoiseBytes
from tests.kiosk.visit.draft_visits import NUMBER, kept, offered


def kinds(visitor: InventedVisitor) -> list[type]:
    return [type(effect) for effect in visitor.effects]


@pytest.mark.parametrize(
    "walk", ["with_facts", "at_choose", "at_form", "at_materials", "at_review"]
)
@pytest.mark.parametrize("end", [Press.QUIT_YES, "Timeout"])
def test_what_a_proved_person_leaves_is_sealed_before_it_is_forgotten(walk, end):
    visitor = getattr(InventedVisitor(), walk)()
    draft = draft_of(visitor.visit)
    visitor.press(end) if isinstance(end, Press) else visitor.happen(Timeout())
    assert KeepDraft(NUMBER, encode(draft)) in visitor.effects
    assert kinds(visitor).index(KeepDraft) < kinds(visitor).index(Wipe)
    assert visitor.visit.stage is Stage.WIPING


def test_while_signing_too():
    visitor = InventedVisitor().at_review().press(Press.CONFIRM).happen(Drawn(INK))
    assert kept(visitor).answers[0] == ("mobile", "13900001234")


@pytest.mark.parametrize("walk", ["with_card", "proved", "at_receipt"])
def test_nobody_else_leaves_a_draft(walk):
    visitor = getattr(InventedVisitor(), walk)().press(Press.QUIT_YES)
    assert KeepDraft not in kinds(visitor)
    assert visitor.visit.stage is Stage.WIPING


def test_who_came_to_ask_leaves_no_draft():
    visitor = InventedVisitor().press(Press.ASK_PROGRESS).press(Press.AGREE)
    visitor.happen(CardRead(persona("liu")[0])).happen(FaceMatched(0.3, 0.42, "x"))
    visitor.happen(FactsKnown(persona("liu")[1]))
    assert FindDraft not in kinds(visitor)
    assert KeepDraft not in kinds(visitor.press(Press.QUIT_YES))


def test_only_stages_that_hold_a_person_are_kept():
    assert {step.stage for step in STEPS if step.holds_person} > KEPT


def test_the_page_says_what_becomes_of_it():
    assert "24 小时" in InventedVisitor().at_form().press(Press.QUIT).page.sentence
    assert (
        "24 小时"
        in offered(draft_of(InventedVisitor().at_form().visit)).press(Press.QUIT).page.sentence
    )
    assert "不留" in InventedVisitor().with_card().press(Press.QUIT).page.sentence


@dataclass
class Cut:
    """A terminal's drafts, of which a power cut leaves what the disk has at this moment."""

    folder: Path
    store: Store

    def drafts(self, store: Store) -> Drafts:
        return Drafts(store.database, DraftKey(), NoiseBytes(), lambda: 0.0, 86_400.0)

    def keep(self, visitor: InventedVisitor) -> None:
        for effect in visitor.effects:
            if isinstance(effect, KeepDraft):
                assert self.drafts(self.store).keep(effect.number, effect.content) is None
            if isinstance(effect, DropDraft):
                self.drafts(self.store).drop(effect.number)

    def left(self) -> Draft | None:
        """Cut the power now, start anew from a copy of the files, and look for the draft."""
        copy = self.folder.with_name("after")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder, copy)
        with closing(opened(copy)) as store:
            content = self.drafts(store).find(NUMBER)
        return None if content is None else decode(content)

    def personal(self) -> set[str]:
        """Return what of the person stands on the disk."""
        found = b"".join(path.read_bytes() for path in self.folder.iterdir())
        card = persona("liu")[0]
        known = (NUMBER, card.name, card.address, "13900001234")
        return {one for one in known if one.encode() in found}


def opened(folder: Path) -> Store:
    store = open_store(folder / "kiosk.db")
    assert isinstance(store, Store)
    return store


class WritingVisitor(InventedVisitor):
    """A visitor whose effects are carried out at each step, as the terminal's worker does."""

    cut: Cut

    def happen(self, what: Event, visit: str = "", request: int = 0) -> InventedVisitor:
        super().happen(what, visit, request)
        self.cut.keep(self)
        return self


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[WritingVisitor]:
    folder = tmp_path / "store"
    with closing(opened(folder)) as store:
        visitor = WritingVisitor()
        visitor.cut = Cut(folder, store)
        yield visitor


def test_a_power_cut_at_the_signature_loses_nothing_that_was_filled_in(writing):
    writing.at_review().press(Press.CONFIRM).happen(Drawn(INK))
    assert writing.visit.stage is Stage.SIGNING
    assert writing.cut.left() == draft_of(writing.visit)
    assert ("mobile", "13900001234") in writing.cut.left().answers
    assert writing.cut.personal() == set()


def test_nothing_is_kept_before_something_is_filled_in(writing):
    writing.with_facts()
    assert writing.cut.left() is None
    older = draft_of(InventedVisitor().at_materials().visit)
    writing.cut.keep(InventedVisitor(effects=(KeepDraft(NUMBER, encode(older)),)))
    writing.press(Press.OTHER_TIME).press(Press.STAY)
    assert writing.cut.left() == older


def test_each_answer_is_kept_when_it_is_given(writing):
    writing.at_form().type("13900001234").press(Press.NEXT)
    assert writing.cut.left() == draft_of(writing.visit)
    writing.press(Press.BACK)
    assert writing.cut.left() == draft_of(writing.visit)


def test_what_is_gone_on_with_outlasts_a_power_cut_too(writing):
    draft = draft_of(InventedVisitor().at_materials().visit)
    writing.cut.keep(InventedVisitor(effects=(KeepDraft(NUMBER, encode(draft)),)))
    writing.with_facts().happen(DraftFound(draft)).press(Press.RESUME)
    assert writing.cut.left() == draft


def test_what_was_handed_in_is_no_draft_any_more(writing):
    writing.at_review().signed()
    assert writing.visit.stage is Stage.SUBMITTING
    assert writing.cut.left() is None


def test_what_could_not_be_stored_is_kept_again(writing):
    writing.at_review().signed().happen(StoreFailed(Failure.DISK_FULL))
    assert writing.visit.stage is Stage.REVIEW
    assert writing.cut.left() == draft_of(writing.visit)


def test_a_choice_for_another_is_not_kept():
    visitor = InventedVisitor().authorised()
    visitor.happen(FactsKnown(persona("liu")[1]))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
        assert KeepDraft not in kinds(visitor)
    visitor.type("13900001234").press(Press.NEXT)
    assert KeepDraft not in kinds(visitor)


def test_a_draft_is_looked_for_once_the_facts_are_there():
    assert FindDraft in kinds(InventedVisitor().with_facts())
    assert FindDraft not in kinds(InventedVisitor().proved())
    assert FindDraft(NUMBER) in InventedVisitor().with_facts().effects
    again = InventedVisitor().with_facts().happen(FactsKnown(persona("liu")[1]))
    assert FindDraft not in kinds(again)


def test_who_came_to_ask_and_files_after_all_may_have_left_something():
    visitor = InventedVisitor().press(Press.ASK_PROGRESS).press(Press.AGREE)
    visitor.happen(CardRead(persona("liu")[0])).happen(FaceMatched(0.3, 0.42, "x"))
    visitor.happen(FactsKnown(persona("liu")[1])).press(Press.START_SELF)
    assert visitor.visit.stage is Stage.FACTS
    assert FindDraft(NUMBER) in visitor.effects


def test_all_of_it_comes_back():
    draft = kept(InventedVisitor().at_materials())
    visitor = offered(draft)
    assert visitor.page.name == "draft"
    assert [one.act for one in visitor.page.choices] == [Press.START_ANEW, Press.RESUME]
    visitor.press(Press.RESUME)
    assert visitor.effects == ()  # it stays on the disk until it is changed or handed in
    assert visitor.page.name == "dates"
    assert draft_of(visitor.visit) == draft
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    assert visitor.visit.stage is Stage.MATERIALS
    settled = offered(kept(visitor.press(Press.PROMISE))).press(Press.RESUME)
    while settled.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        settled.press(Press.NEXT)
    assert settled.visit.stage is Stage.REVIEW


def test_or_nothing_of_it():
    visitor = offered(kept(InventedVisitor().at_materials())).press(Press.START_ANEW)
    assert visitor.effects == (DropDraft(NUMBER),)
    assert visitor.page.name == "dates"
    assert dict(visitor.visit.answers) == {}


def test_leaving_before_the_word_keeps_the_draft_that_is_there():
    visitor = offered(kept(InventedVisitor().at_materials()))
    assert not is_kept(visitor.visit)
    visitor.press(Press.QUIT).press(Press.QUIT_YES)
    assert not {KeepDraft, DropDraft} & set(kinds(visitor))
    assert visitor.visit.facts.draft is None


def test_handing_in_ends_an_older_draft():
    visitor = InventedVisitor().at_submitting()
    assert [kind for kind in kinds(visitor) if kind in (Submit, DropDraft)] == [Submit, DropDraft]


def test_a_draft_that_comes_too_late_is_dropped():
    draft = kept(InventedVisitor().at_materials())
    visitor = InventedVisitor().with_facts()
    request = visitor.visit.request
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    before = visitor.visit
    assert visitor.happen(DraftFound(draft), before.id, request).visit is before
    assert visitor.happen(DraftFound(draft)).visit is before
    early = InventedVisitor().proved()
    assert early.happen(DraftFound(draft)).visit.facts.draft is None
