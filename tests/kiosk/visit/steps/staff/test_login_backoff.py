"""After wrong PINs the page says how long, counts by itself, and is drawn no oftener than needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clips import clip_id
from kiosk.config.settings import StaffSettings
from kiosk.failures import Failure
from kiosk.pages.page import Layout
from kiosk.pages.press import Press
from kiosk.session.device_tasks import told_at_the_door
from kiosk.session.idle_timeout import idle_limit
from kiosk.session.touch_rhythm import TouchRhythm
from kiosk.speech.numerals import pieces_of
from kiosk.speech.utterance import Voice
from kiosk.staff.attempts import Attempts
from kiosk.staff.staff_login import LoginRejected
from kiosk.visit.effects import LogIn, ReadCard, Remind
from kiosk.visit.events.cards import CardLifted, CardRead
from kiosk.visit.events.staff import LoggedIn, LoginFailed, Waited
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.step_parts.login_backoff import next_mark, shown
from tests.kiosk.invented_people import InventedVisitor, handbook, persona
from tests.kiosk.speech.test_spoken_words import CLIPS
from tests.kiosk.staff_people import ENGINEER, HELPER

RULES = StaffSettings()
LONGEST = RULES.first_wait_seconds * 2.0 ** (RULES.lock_after - 1 - RULES.free_tries)
STAFF_CARD = persona("helper")[0]


def turned_away(wait: int, failure: Failure = Failure.STAFF_WAIT) -> InventedVisitor:
    return InventedVisitor().knocking().happen(LoginFailed(failure, wait))


def reminder(visitor: InventedVisitor) -> Remind | None:
    found = [one for one in visitor.effects if isinstance(one, Remind)]
    assert len(found) <= 1
    return found[0] if found else None


def wait_until_free(visitor: InventedVisitor) -> tuple[list[str], int]:
    """Return what was shown, each once, and the seconds that passed."""
    said, passed = [], 0
    while (due := reminder(visitor)) is not None:
        assert shown(visitor.visit.staff.wait) >= visitor.visit.staff.wait
        said.append(visitor.page.sentence)
        passed += due.seconds
        visitor.happen(Waited(), visitor.visit.id, visitor.visit.request)
    return said, passed


@given(st.integers(1, round(LONGEST)))
def test_it_is_over_on_the_second_and_never_said_to_be_less(wait):
    visitor = turned_away(wait)
    said, passed = wait_until_free(visitor)
    assert passed == wait
    assert len(said) == len(set(said)) <= -(-wait // 60) + 4
    assert (visitor.page.name, visitor.visit.failure) == ("staff_pin", None)


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (round(LONGEST), "错得多了，还要等 128 分钟再输。"),
        (241, "错得多了，还要等 5 分钟再输。"),
        (61, "错得多了，还要等 2 分钟再输。"),
        (60, "错得多了，还要等 1 分钟再输。"),
        (45, "错得多了，还要等 45 秒再输。"),
        (16, "错得多了，还要等 30 秒再输。"),
        (1, "错得多了，还要等 15 秒再输。"),
    ],
)
def test_how_long_is_said_in_plain_words(wait, words):
    page = turned_away(wait).page
    assert (page.name, page.title, page.sentence) == ("staff_wait", "请等一等", words)
    assert page.layout is Layout.MESSAGE
    assert page.number is None, "nothing to type"


@given(st.integers(1, round(LONGEST)))
def test_what_is_said_is_what_is_shown(wait):
    page = turned_away(wait).page
    texts = {clip.id: clip.text for clip in CLIPS}
    heard = Voice(CLIPS).utterance(page.spoken)
    assert heard.missing == ()
    said = [texts[one] for phrase in heard.phrases for one in phrase]
    assert said == [page.title, *pieces_of(page.sentence)]
    assert all(clip_id(one) in texts for one in said)


def test_two_minutes_are_said_as_people_do():
    assert pieces_of(turned_away(120).page.sentence) == ("错得多了，还要等", "两分钟", "再输")


def test_a_part_of_a_second_is_a_second_to_wait():
    """Or the page would ask for a PIN that the door does not look at."""
    assert told_at_the_door(LoginRejected(Failure.STAFF_WAIT, 0.2)) == LoginFailed(
        Failure.STAFF_WAIT, 1
    )


def test_no_digit_counts_meanwhile_and_then_it_does():
    visitor = turned_away(15, Failure.STAFF_PIN_WRONG)
    visitor.type("73049").press(Press.ERASE).press(Press.DIGIT, "2")
    assert (visitor.visit.entry.typed, visitor.visit.staff.checking) == ("", False)
    visitor.happen(Waited()).type("730492")
    assert visitor.effects == (LogIn(STAFF_CARD.number, "730492"),)
    visitor.happen(LoggedIn(HELPER))
    assert visitor.visit.stage is Stage.DESK


def test_it_counts_on_below_another_page():
    visitor = turned_away(60).press(Press.HELP).happen(Waited())
    assert (visitor.visit.overlay, visitor.visit.staff.wait) == (Overlay.HELP, 45)
    assert reminder(visitor) == Remind(15)
    assert visitor.press(Press.STAY).page.sentence == "错得多了，还要等 45 秒再输。"


def test_who_lifts_the_card_does_not_wait_on_the_page_but_at_the_door():
    visitor = turned_away(600)
    asked = visitor.visit.request
    visitor.happen(CardLifted())
    assert (visitor.visit.staff.wait, visitor.visit.failure) == (0, Failure.STAFF_CARD_LIFTED)
    assert ReadCard() in visitor.effects
    visitor.happen(CardRead(STAFF_CARD))
    visitor.happen(Waited(), visitor.visit.id, asked)  # of the card before
    visitor.happen(Waited())  # and where nobody waits
    assert (visitor.page.name, visitor.visit.staff.wait) == ("staff_pin", 0)
    visitor.type("730492").happen(LoginFailed(Failure.STAFF_WAIT, 300))
    assert visitor.page.sentence == "错得多了，还要等 5 分钟再输。"


@pytest.mark.parametrize("end", [Press.BACK, Press.QUIT])
def test_nothing_of_it_outlasts_the_page(end):
    visitor = turned_away(600).press(end)
    assert (visitor.visit.stage, visitor.visit.staff.wait) == (Stage.WIPING, 0)


def test_the_one_who_vouches_waits_too():
    visitor = InventedVisitor().with_card(face=False).press(Press.VOUCH).press(Press.PICK, "other")
    visitor.happen(CardRead(STAFF_CARD)).type("730492")
    visitor.happen(LoginFailed(Failure.STAFF_PIN_WRONG, 30))
    assert (visitor.page.name, visitor.page.step) == ("staff_wait", 1)
    assert wait_until_free(visitor)[1] == 30
    visitor.happen(LoginFailed(Failure.STAFF_WAIT, 30)).press(Press.BACK)
    assert (visitor.visit.stage, visitor.visit.staff.wait) == (Stage.OTHER_PROOF, 0)


def test_a_technician_waits_for_the_code():
    visitor = InventedVisitor().knocking().happen(LoggedIn(ENGINEER)).type("123456")
    visitor.happen(LoginFailed(Failure.STAFF_CODE_WRONG, 120))
    assert visitor.page.sentence == "错得多了，还要等 2 分钟再输。"
    assert wait_until_free(visitor) == (
        [
            f"错得多了，还要等 {one}再输。"
            for one in ("2 分钟", "1 分钟", "45 秒", "30 秒", "15 秒")
        ],
        120,
    )
    assert visitor.page.name == "code"


def test_who_waits_a_little_is_not_asked_and_a_long_wait_keeps_nobody_out():
    settings, rhythm = handbook().settings, TouchRhythm()
    usual = rhythm.limit(settings.visit)
    most = round(settings.visit.idle_max_seconds)
    for wait, limit in ((0, usual), (most, usual + most), (most + 1, usual)):
        visit = turned_away(wait).visit
        assert idle_limit(visit, rhythm, settings) == limit


@pytest.mark.parametrize("wrong", range(RULES.free_tries, RULES.lock_after))
def test_each_wait_of_the_rules_is_told_whole(wrong):
    wait = Attempts("x", wrong, 0.0).wait("x", 0.0, RULES)
    assert shown(round(wait)) == wait, "a wait of the rules is no crooked number"
    assert next_mark(round(wait)) < wait
