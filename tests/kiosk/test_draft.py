"""Who leaves half way can go on within a day, with all that still fits; nobody else can."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.people.identity import Sex
from kiosk.retirement.materials import Resolution
from kiosk.retirement.months import Month
from kiosk.storage.drafts import Drafts
from kiosk.storage.store import Store, open_store
from kiosk.visit import events as ev
from kiosk.visit.context import Context
from kiosk.visit.draft import KEPT, decode, draft_of, encode, is_kept, restore
from kiosk.visit.effects import DropDraft, FindDraft, KeepDraft, Submit, Wipe
from kiosk.visit.events import Answered
from kiosk.visit.stages import Stage
from kiosk.visit.state import Draft
from kiosk.visit.steps.catalogue import STEPS
from tests.kiosk.invented_people import INK, NOW, Visitor, handbook, persona
from tests.kiosk.storage.test_drafts import Key, Noise

NUMBER = persona("liu")[0].number
CONTEXT = Context(handbook(), NOW)


def kinds(visitor: Visitor) -> list[type]:
    return [type(effect) for effect in visitor.effects]


def kept(visitor: Visitor) -> Draft:
    """Return what leaving now seals."""
    visitor.press(Press.QUIT).press(Press.QUIT_YES)
    (effect,) = [one for one in visitor.effects if isinstance(one, KeepDraft)]
    draft = decode(effect.content)
    assert draft is not None
    assert effect.number == NUMBER
    return draft


def offered(draft: Draft) -> Visitor:
    return Visitor().with_facts().happen(ev.DraftFound(draft))


# leaving


@pytest.mark.parametrize(
    "walk", ["with_facts", "at_choose", "at_form", "at_materials", "at_review"]
)
@pytest.mark.parametrize("end", [Press.QUIT_YES, "Timeout"])
def test_what_a_proved_person_leaves_is_sealed_before_it_is_forgotten(walk, end):
    visitor = getattr(Visitor(), walk)()
    draft = draft_of(visitor.visit)
    visitor.press(end) if isinstance(end, Press) else visitor.happen(ev.Timeout())
    assert KeepDraft(NUMBER, encode(draft)) in visitor.effects
    assert kinds(visitor).index(KeepDraft) < kinds(visitor).index(Wipe)
    assert visitor.visit.stage is Stage.WIPING


def test_while_signing_too():
    visitor = Visitor().at_review().press(Press.CONFIRM).happen(ev.Drawn(INK))
    assert kept(visitor).answers[0] == ("mobile", "13900001234")


@pytest.mark.parametrize("walk", ["with_card", "proved", "at_receipt"])
def test_nobody_else_leaves_a_draft(walk):
    visitor = getattr(Visitor(), walk)().press(Press.QUIT_YES)
    assert KeepDraft not in kinds(visitor)
    assert visitor.visit.stage is Stage.WIPING


def test_who_came_to_ask_leaves_no_draft():
    visitor = Visitor().press(Press.ASK_PROGRESS).press(Press.AGREE)
    visitor.happen(ev.CardRead(persona("liu")[0])).happen(ev.FaceMatched(0.3, 0.42, "x"))
    visitor.happen(ev.FactsKnown(persona("liu")[1]))
    assert FindDraft not in kinds(visitor)
    assert KeepDraft not in kinds(visitor.press(Press.QUIT_YES))


def test_only_stages_that_hold_a_person_are_kept():
    assert {step.stage for step in STEPS if step.holds_person} > KEPT


def test_the_page_says_what_becomes_of_it():
    assert "24 小时" in Visitor().at_form().press(Press.QUIT).page.sentence
    assert "24 小时" in offered(draft_of(Visitor().at_form().visit)).press(Press.QUIT).page.sentence
    assert "不留" in Visitor().with_card().press(Press.QUIT).page.sentence


# a power cut


@dataclass
class Cut:
    """A terminal's drafts, of which a power cut leaves what the disk has at this moment."""

    folder: Path
    store: Store

    def drafts(self, store: Store) -> Drafts:
        return Drafts(store.database, Key(), Noise(), lambda: 0.0, 86_400.0)

    def keep(self, visitor: Visitor) -> None:
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


class Writing(Visitor):
    """A visitor whose effects are carried out at each step, as the terminal's worker does."""

    cut: Cut

    def happen(self, what: ev.Event, visit: str = "", request: int = 0) -> Visitor:
        super().happen(what, visit, request)
        self.cut.keep(self)
        return self


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Writing]:
    folder = tmp_path / "store"
    with closing(opened(folder)) as store:
        visitor = Writing()
        visitor.cut = Cut(folder, store)
        yield visitor


def test_a_power_cut_at_the_signature_loses_nothing_that_was_filled_in(writing):
    writing.at_review().press(Press.CONFIRM).happen(ev.Drawn(INK))
    assert writing.visit.stage is Stage.SIGNING
    assert writing.cut.left() == draft_of(writing.visit)
    assert ("mobile", "13900001234") in writing.cut.left().answers
    assert writing.cut.personal() == set()


def test_nothing_is_kept_before_something_is_filled_in(writing):
    writing.with_facts()
    assert writing.cut.left() is None
    older = draft_of(Visitor().at_materials().visit)
    writing.cut.keep(Visitor(effects=(KeepDraft(NUMBER, encode(older)),)))
    writing.press(Press.OTHER_TIME).press(Press.STAY)
    assert writing.cut.left() == older


def test_each_answer_is_kept_when_it_is_given(writing):
    writing.at_form().type("13900001234").press(Press.NEXT)
    assert writing.cut.left() == draft_of(writing.visit)
    writing.press(Press.BACK)
    assert writing.cut.left() == draft_of(writing.visit)


def test_what_is_gone_on_with_outlasts_a_power_cut_too(writing):
    draft = draft_of(Visitor().at_materials().visit)
    writing.cut.keep(Visitor(effects=(KeepDraft(NUMBER, encode(draft)),)))
    writing.with_facts().happen(ev.DraftFound(draft)).press(Press.RESUME)
    assert writing.cut.left() == draft


def test_what_was_handed_in_is_no_draft_any_more(writing):
    writing.at_review().signed()
    assert writing.visit.stage is Stage.SUBMITTING
    assert writing.cut.left() is None


def test_what_could_not_be_stored_is_kept_again(writing):
    writing.at_review().signed().happen(ev.StoreFailed(Failure.DISK_FULL))
    assert writing.visit.stage is Stage.REVIEW
    assert writing.cut.left() == draft_of(writing.visit)


def test_a_choice_for_another_is_not_kept():
    visitor = Visitor().authorised()
    visitor.happen(ev.FactsKnown(persona("liu")[1]))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
        assert KeepDraft not in kinds(visitor)
    visitor.type("13900001234").press(Press.NEXT)
    assert KeepDraft not in kinds(visitor)


# coming back


def test_a_draft_is_looked_for_once_the_facts_are_there():
    assert FindDraft in kinds(Visitor().with_facts())
    assert FindDraft not in kinds(Visitor().proved())
    assert FindDraft(NUMBER) in Visitor().with_facts().effects
    again = Visitor().with_facts().happen(ev.FactsKnown(persona("liu")[1]))
    assert FindDraft not in kinds(again)


def test_who_came_to_ask_and_files_after_all_may_have_left_something():
    visitor = Visitor().press(Press.ASK_PROGRESS).press(Press.AGREE)
    visitor.happen(ev.CardRead(persona("liu")[0])).happen(ev.FaceMatched(0.3, 0.42, "x"))
    visitor.happen(ev.FactsKnown(persona("liu")[1])).press(Press.START_SELF)
    assert visitor.visit.stage is Stage.FACTS
    assert FindDraft(NUMBER) in visitor.effects


def test_all_of_it_comes_back():
    draft = kept(Visitor().at_materials())
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
    visitor = offered(kept(Visitor().at_materials())).press(Press.START_ANEW)
    assert visitor.effects == (DropDraft(NUMBER),)
    assert visitor.page.name == "dates"
    assert dict(visitor.visit.answers) == {}


def test_leaving_before_the_word_keeps_the_draft_that_is_there():
    visitor = offered(kept(Visitor().at_materials()))
    assert not is_kept(visitor.visit)
    visitor.press(Press.QUIT).press(Press.QUIT_YES)
    assert not {KeepDraft, DropDraft} & set(kinds(visitor))
    assert visitor.visit.facts.draft is None


def test_handing_in_ends_an_older_draft():
    visitor = Visitor().at_submitting()
    assert [kind for kind in kinds(visitor) if kind in (Submit, DropDraft)] == [Submit, DropDraft]


def test_a_draft_that_comes_too_late_is_dropped():
    draft = kept(Visitor().at_materials())
    visitor = Visitor().with_facts()
    request = visitor.visit.request
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    before = visitor.visit
    assert visitor.happen(ev.DraftFound(draft), before.id, request).visit is before
    assert visitor.happen(ev.DraftFound(draft)).visit is before
    early = Visitor().proved()
    assert early.happen(ev.DraftFound(draft)).visit.facts.draft is None


# what no longer fits is asked again


def restored(draft: Draft, **facts: object) -> Visitor:
    visitor = Visitor().proved().happen(ev.FactsKnown(replace(persona("liu")[1], **facts)))
    return visitor.happen(ev.DraftFound(draft)).press(Press.RESUME)


def test_an_answer_that_no_longer_passes_is_asked_again():
    draft = kept(Visitor().at_materials())
    spoilt = tuple((name, "123" if name == "mobile" else text) for name, text in draft.answers)
    visitor = restored(replace(draft, answers=spoilt))
    assert "mobile" not in visitor.visit.answers
    assert "live" in visitor.visit.answers
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    assert visitor.page.name == "mobile"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mobile", "１３９００００１２３４"),
        ("mobile", "1390000123４"),
        ("mobile", "139000012345678"),
        ("live", "elsewhere"),
        ("live_town", "999999999"),
        ("bank", "known to nobody"),
        ("unknown", "x"),
        ("child_birth", ""),
    ],
)
def test_answers_that_nobody_could_give_are_not_taken(name, text):
    assert name not in restored(replace(EMPTY, answers=((name, text),))).visit.answers


def test_there_is_none_is_an_answer_where_it_may_be_given():
    form = Visitor().at_form().press(Press.NONE_OF_IT)
    assert form.visit.answers["mobile"] == ""
    assert restored(draft_of(form.visit)).visit.answers["mobile"] == ""


def test_places_come_back_level_by_level():
    form = Visitor().at_form().press(Press.NONE_OF_IT)
    while not form.visit.answers.get("live"):
        form.press(Press.NONE_OF_IT) if form.page.number else form.press(Press.PICK, "other")
    for _ in range(2):
        form.press(Press.PICK, form.page.rows[0].value)
    draft = draft_of(form.visit)
    again = restored(draft).visit.answers
    assert dict(draft.answers) == dict(again)
    torn = [pair for pair in draft.answers if pair[0] != "live"]
    assert not any(
        name.startswith("live")
        for name in restored(replace(draft, answers=tuple(torn))).visit.answers
    )


def test_an_answer_that_nobody_asks_for_any_more_is_not_taken():
    draft = kept(Visitor().at_materials())
    assert "child_birth" in restored(draft).visit.answers
    assert "child_birth" not in restored(draft, only_child_certificate=False).visit.answers


def test_a_captured_paper_is_captured_again():
    """Its picture was shredded when the person left."""
    visitor = Visitor().at_materials()
    paper = visitor.press(Press.PROMISE).visit.papers.settled
    (code,) = paper
    draft = draft_of(visitor.visit)
    assert restored(draft).visit.papers.settled == paper
    for how in ("captured", "fetched", "unheard of"):
        assert restored(replace(draft, papers=((code, how),))).visit.papers.settled == {}
    assert restored(replace(draft, papers=(("unknown", "later"),))).visit.papers.settled == {}
    assert restored(replace(draft, papers=((code, "later"),))).visit.papers.settled == {
        code: Resolution.LATER
    }


def test_months_and_ways_come_back_where_they_may():
    visitor = Visitor().with_young_facts()
    visitor.press(Press.OTHER_TIME).press(Press.PICK, "12")
    draft = draft_of(visitor.visit)
    again = Visitor().with_young_facts().happen(ev.DraftFound(draft)).press(Press.RESUME)
    assert str(again.visit.facts.situation.retire) == draft.month
    past = replace(draft, month="1990-01")
    again = Visitor().with_young_facts().happen(ev.DraftFound(past)).press(Press.RESUME)
    assert again.visit.facts.situation.retire == again.visit.facts.situation.soonest
    visitor.press(Press.OTHER_TIME).press(Press.OTHER_WAY)
    way = visitor.page.rows[0].value
    other = draft_of(visitor.press(Press.PICK, way).visit)
    again = Visitor().with_young_facts().happen(ev.DraftFound(other)).press(Press.RESUME)
    assert again.visit.facts.situation.route == way
    assert restored(replace(other, route="R99")).visit.facts.situation.route == "R01"


def test_what_a_woman_said_of_her_post_comes_back_only_while_no_office_knows():
    card, facts = persona("wang")
    assert card.sex is Sex.FEMALE

    def proved(shared):
        visitor = Visitor().with_card("wang").happen(ev.FaceMatched(0.31, 0.42, "dlib128"))
        return visitor.happen(ev.FactsKnown(shared))

    unknown = replace(facts, category="")
    first = proved(unknown)
    first.press(Press.PICK, next(one.value for one in first.page.choices if one.act is Press.PICK))
    draft = draft_of(first.visit)
    assert draft.declared
    again = proved(unknown).happen(ev.DraftFound(draft)).press(Press.RESUME)
    assert again.visit.facts.declared == first.visit.facts.declared
    assert again.visit.facts.situation.estimate == first.visit.facts.situation.estimate
    told = proved(facts).happen(ev.DraftFound(draft)).press(Press.RESUME)
    assert told.visit.facts.declared is None


def test_choices_and_doubts_come_back():
    visitor = Visitor().with_facts()
    visitor.press(Press.NEXT).press(Press.TOGGLE, "paid_months")
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    visitor.press(Press.TOGGLE, "R06")
    draft = draft_of(visitor.visit)
    assert draft.disputed == ("paid_months",)
    assert "R06" in draft.unwanted
    odd = replace(
        draft,
        disputed=(*draft.disputed, "unheard of"),
        unwanted=(*draft.unwanted, "R99"),
        ticked=("R98",),
        insisted=("R97",),
    )
    assert draft_of(restored(odd).visit) == draft


# the record


EMPTY = draft_of(Visitor().with_facts().visit)


def test_a_draft_is_read_back_as_it_was_written():
    draft = kept(Visitor().at_review())
    assert decode(encode(draft)) == draft
    assert "13900001234" not in repr(draft)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": None},
        {"month": "2026-13"},
        {"month": 7},
        {"answers": [["mobile"]]},
        {"answers": 5},
        {"papers": None},
        {"disputed": 3},
        {"more": []},
    ],
    ids=str,
)
def test_what_was_not_written_here_is_no_draft(change):
    said = json.loads(encode(EMPTY)) | change
    assert decode(json.dumps(said).encode()) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"version": 1}'])
def test_what_cannot_be_read_is_no_draft(content):
    assert decode(content) is None


def test_restoring_needs_no_order_of_services():
    visitor = offered(kept(Visitor().with_deemed_months_insisted()))
    assert visitor.press(Press.RESUME).visit.choice.insisted == {"R05"}


# the journal


def noted(visitor: Visitor, lines: list[str], what: ev.Event) -> None:
    Journal(lines.append, handbook()).note(visitor.visit, Answered(what), 0.0)
    visitor.happen(what)


def test_the_journal_says_nothing_that_was_typed():
    draft = kept(Visitor().at_review())
    lines: list[str] = []
    visitor = Visitor().with_facts()
    noted(visitor, lines, ev.DraftFound(draft))
    noted(visitor, lines, ev.Pressed(Press.RESUME))
    said = "".join(lines)
    for secret in ("13900001234", "19920314", NUMBER):
        assert secret not in said
    assert "mobile" in said


def test_a_draft_of_another_month_is_noted_as_how_much_later():
    visitor = Visitor().with_young_facts()
    draft = replace(
        draft_of(visitor.visit), month=str(visitor.visit.facts.situation.first.later(12))
    )
    lines: list[str] = []
    noted(visitor, lines, ev.DraftFound(draft))
    noted(visitor, lines, ev.Pressed(Press.RESUME))
    assert json.loads(lines[-1])["restored"]["month"] == 12
    assert draft.month not in "".join(lines)
    assert Month.parse(draft.month) == visitor.visit.facts.situation.retire


def test_resuming_nothing_is_no_event():
    lines: list[str] = []
    visitor = Visitor()
    noted(visitor, lines, ev.Pressed(Press.RESUME))
    assert [one.stage for one in replay(lines, visitor.table, NOW)] == [Stage.IDLE]


def test_restore_is_pure():
    visit = offered(kept(Visitor().at_materials())).visit
    assert restore(visit, CONTEXT) == restore(visit, CONTEXT)
