"""The attack of who files for somebody without them, on the real terminal and central service.

A friend types another person's number and some name, photographs any sheet and says that the person
is here. Nothing that offices know may be on a page, be said, printed, noted or stored.
"""

from __future__ import annotations

import time

import pytest

from kiosk.application.authority import Evidence
from kiosk.application.confirmation import ConfirmationState
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Overlay, Stage
from tests.end_to_end.conftest import INK, WholeTerminal
from tests.kiosk.invented_people import handbook, persona

LIU, FACTS = persona("liu")
YEARS = f"{FACTS.paid_months // 12} 年"
SECRETS = (FACTS.unit_name, FACTS.account, f"尾号 {FACTS.account[-4:]}", FACTS.bank, YEARS, "已婚")
HOLD_SECONDS = 1.0
WANTED = "341622196606150028"  # a valid number that no office has


def words_of(pages: list[Page]) -> str:
    return "\n".join(map(repr, pages))


def type_person(terminal: WholeTerminal, number: str, name: str) -> None:
    """Type number and name of somebody, and photograph a sheet of paper as their card."""
    terminal.press(Press.START_PROXY)
    terminal.press(Press.AGREE)
    terminal.desk.bench.place_card("wang")
    terminal.until(Stage.PRINCIPAL)
    terminal.desk.bench.lay("sheet")
    terminal.press(Press.NO_CARD)
    for digit in number:
        terminal.press(Press.DIGIT, digit)
    terminal.press(Press.NEXT)
    for character in name:
        terminal.press(Press.CHARACTER, character)
    terminal.press(Press.NEXT)
    take_picture(terminal)
    terminal.until(Stage.AUTHORITY)


def take_picture(terminal: WholeTerminal) -> None:
    """Photograph the sheet that lies there, look at the picture, and keep it."""
    terminal.press(Press.CAPTURE)
    terminal.loop.run_until(lambda: terminal.visit.papers.picture is not None)
    terminal.press(Press.KEEP_PICTURE)


def say_that_the_person_is_here(terminal: WholeTerminal) -> None:
    """Try every press that says so, and sign; where only a paper is taken, photograph any sheet."""
    for said in ("child", "apply", "signed", "once"):
        terminal.press(Press.PICK, said)
    terminal.press(Press.AGREE)
    terminal.kiosk.runner.handle(Answered(Drawn(INK)))
    terminal.press(Press.AUTHORISE)
    if terminal.visit.stage is Stage.AUTHORITY:
        assert terminal.visit.on_behalf.authority.evidence is Evidence.PAPER
        for digit in "20351231":
            terminal.press(Press.DIGIT, digit)
        terminal.press(Press.NEXT)
        take_picture(terminal)
        terminal.loop.run_until(lambda: bool(terminal.visit.on_behalf.authority.pages))
        terminal.press(Press.AUTHORISE)
    terminal.until(Stage.FACTS)
    terminal.loop.run_until(lambda: terminal.visit.facts.situation is not None)
    terminal.press(Press.STAY)
    terminal.press(Press.PICK, "QY")  # what the filer says: no office is asked


def hand_in(terminal: WholeTerminal) -> None:
    while terminal.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        terminal.press(Press.NEXT)
    if terminal.page.name == "child_birth":
        for digit in "19920314":
            terminal.press(Press.DIGIT, digit)
        terminal.press(Press.NEXT)
    terminal.press(Press.PICK, "renew")
    terminal.press(Press.PICK, "rest")
    while terminal.visit.stage is Stage.MATERIALS:
        terminal.press(Press.PROMISE)
    terminal.press(Press.CONFIRM)
    terminal.kiosk.runner.handle(Answered(Drawn(INK)))
    terminal.press(Press.SIGNED)
    terminal.until(Stage.RECEIPT)
    terminal.loop.run_until(lambda: terminal.visit.outcome.receipt is not None)
    terminal.loop.run_until(lambda: terminal.desk.bench.last_slip() is not None)


@pytest.mark.slow
def test_who_types_a_number_is_told_nothing(terminal: WholeTerminal) -> None:
    type_person(terminal, LIU.number, "刘长")
    say_that_the_person_is_here(terminal)
    while terminal.visit.stage is Stage.FACTS:
        terminal.press(Press.NEXT)
    assert not [one for one in SECRETS if one in words_of(terminal.loop.pages)]
    hand_in(terminal)
    seen = words_of(terminal.loop.pages)
    slip = "\n".join(terminal.desk.bench.last_slip_texts())
    for place in (seen, slip, "\n".join(terminal.lines)):
        assert not [one for one in (*SECRETS, LIU.name, LIU.address) if one in place]
    assert "刘*" in slip, "what was typed, masked"
    for file in terminal.desk.store.parent.glob("kiosk.db*"):
        content = file.read_bytes()
        assert not [one for one in (*SECRETS, LIU.number) if one.encode() in content], file
    terminal.go_home()


@pytest.mark.slow
def test_right_wrong_and_unknown_people_are_answered_alike(terminal: WholeTerminal) -> None:
    """No oracle: pages, words and slip differ in nothing but what was typed."""
    told = []
    for number, name in ((LIU.number, "刘长青"), (LIU.number, "张三丰"), (WANTED, "刘长青")):
        terminal.loop.pages.clear()
        type_person(terminal, number, name)
        say_that_the_person_is_here(terminal)
        hand_in(terminal)
        pages = [(page.name, page.title, page.sentence, page.stops) for page in terminal.loop.pages]
        slip = [line.replace("张", "刘") for line in terminal.desk.bench.last_slip_texts()]
        told.append((list(dict.fromkeys(pages)), [line for line in slip if "亳退" not in line]))
        terminal.press(Press.DONE)
        terminal.go_home()
    assert told[0][0] == told[1][0]
    assert [name for name, *_ in told[0][0]] == [name for name, *_ in told[2][0]]
    assert len(told[0][1]) == len(told[1][1])


def filed_unconfirmed(terminal: WholeTerminal) -> None:
    """Let somebody file for liu by a typed number, and go."""
    type_person(terminal, LIU.number, LIU.name)
    say_that_the_person_is_here(terminal)
    hand_in(terminal)
    terminal.press(Press.DONE)
    terminal.go_home()


def decide(terminal: WholeTerminal, act: Press) -> ConfirmationState:
    """Come as liu with card and face, and say it; return what the service says of it."""
    terminal.begin("liu")
    terminal.until(Stage.CONFIRMING)
    assert terminal.page.rows[0].words == "王**，说是您的子女"
    terminal.press(act)
    while terminal.visit.overlay is Overlay.FILED_FACTS:  # what the offices add, part by part
        terminal.press(terminal.page.choices[-1].act)
    terminal.loop.run_until(lambda: terminal.visit.confirming.decided is not None)
    assert terminal.visit.confirming.decided is not None
    return terminal.visit.confirming.decided


@pytest.mark.slow
def test_the_person_is_asked_and_confirms_once(terminal: WholeTerminal) -> None:
    filed_unconfirmed(terminal)
    terminal.loop.pages.clear()
    assert decide(terminal, Press.CONFIRM_FILING) is ConfirmationState.CONFIRMED
    assert FACTS.unit_name in words_of(terminal.loop.pages), "what the offices add was shown"
    terminal.press(Press.NEXT)
    terminal.until(Stage.PROGRESS)
    terminal.loop.run_until(lambda: bool(terminal.visit.progress.states))
    assert terminal.page.name == "progress", "it has begun"
    terminal.go_home()
    terminal.begin("liu")
    terminal.until(Stage.PROGRESS)
    assert terminal.visit.confirming.filings == (), "nobody is asked twice"
    terminal.go_home()
    assert not [line for line in terminal.lines if LIU.name in line or "王" in line]


@pytest.mark.slow
def hold_until_read(terminal: WholeTerminal, slip: str) -> None:
    """Hold the code before the scanner once a second: what comes before it listens is dropped."""
    held = -HOLD_SECONDS

    def is_read() -> bool:
        nonlocal held
        if (
            now := time.monotonic()
        ) - held >= HOLD_SECONDS and terminal.visit.stage is Stage.FINDING:
            held = now
            terminal.desk.bench.scan(slip)
        return terminal.visit.stage is Stage.SLIP

    terminal.loop.run_until(is_read)


def test_the_person_stops_it_and_may_file_by_themselves(terminal: WholeTerminal) -> None:
    filed_unconfirmed(terminal)
    slip = terminal.desk.bench.last_slip_codes()[0]
    assert decide(terminal, Press.REFUSE_FILING) is ConfirmationState.REFUSED
    terminal.press(Press.NEXT)
    terminal.until(Stage.FACTS)
    terminal.loop.run_until(lambda: terminal.visit.facts.situation is not None)
    assert terminal.visit.facts.shared is not None, "their own facts are theirs to see"
    terminal.go_home()
    terminal.press(Press.ASK_PROGRESS)
    hold_until_read(terminal, slip)
    terminal.until_said(handbook().words["unstarted"]["states"]["refused"]["title"])
    terminal.press(Press.DONE)
