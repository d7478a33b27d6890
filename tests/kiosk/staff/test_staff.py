"""Who of the staff comes in, with which card and PIN, and what they may do then."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audit.audit_events import AuditEvent, refuse_unlisted
from kiosk.config.settings import StaffSettings
from kiosk.crypto.receipt import SigningKey, sign_document
from kiosk.failures import Failure
from kiosk.ports import CentralAnswer
from kiosk.staff.attempts import Attempts, decode, encode
from kiosk.staff.code import (
    NEVER,
    code_of,
    enrolment_url,
    matching_step,
    read_key,
    step_of,
    write_key,
)
from kiosk.staff.door import LoginRejected, StaffLogin
from kiosk.staff.keeping import NOTE, StaffListSync
from kiosk.staff.pin import draw_pin, hash_pin, is_pin, is_right, is_weak
from kiosk.staff.roles import ROLE_RIGHTS, Right, Role, Session, rights_of
from kiosk.staff.roster import Roster, hash_card, read_roster
from kiosk.storage.database import StoreError
from tests.kiosk.staff_people import (
    CODE_KEY,
    HELPER_CARD,
    KEY,
    NOON,
    OTHER_PIN,
    PIN,
    PIN_HASHES,
    POINT,
    TECHNICIAN_CARD,
    account,
    document,
    roster,
    signed,
)
from tests.kiosk.terminals import FixedKey

RULES = StaffSettings()
WRONG = "918273"

# rights: role x act, each cell both ways

WITH_PEOPLE = {
    Right.FILE_FOR,
    Right.FILE_ABSENT,
    Right.VOUCH,
    Right.FIND,
    Right.REPORT,
    Right.UNSENT,
    Right.CORRECTIONS,
}
MAY = {
    Role.HELPER: WITH_PEOPLE,
    Role.WINDOW: WITH_PEOPLE | {Right.BACK_ENTRY},
    Role.TECHNICIAN: {Right.MAINTENANCE},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_a_role_may_do_its_own_and_nothing_else(role: Role, right: Right) -> None:
    everything = rights_of(role, [*Right, "an unknown one"])
    assert Session("S", role, everything).may(right) is (right in MAY[role])
    assert not Session("S", role, rights_of(role, set(Right) - {right})).may(right)


def test_every_role_stands_in_the_table() -> None:
    assert set(ROLE_RIGHTS) == set(Role) == set(MAY)


# PINs


@pytest.mark.parametrize(
    "pin", ["000000", "112211", "123456", "987654", "135791", "121212", "123123", "650413", "041365",
            "123321", "740501"]
)  # fmt: skip
def test_easy_pins_are_refused(pin: str) -> None:
    assert is_weak(pin)


@pytest.mark.parametrize("pin", [PIN, OTHER_PIN, "918273", "604938"])
def test_others_are_not(pin: str) -> None:
    assert not is_weak(pin)


def test_pins_are_drawn_until_one_is_not_weak() -> None:
    drawn = iter([0, 123456, 918273])
    assert draw_pin(lambda _: next(drawn)) == "918273"
    below = random.Random(7).randrange
    assert not any(is_weak(draw_pin(below)) for _ in range(200))


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "１２３４５６", ""])
def test_what_is_no_pin(typed: str) -> None:
    assert not is_pin(typed)
    assert is_pin(PIN)


def test_a_pin_is_right_only_for_its_hash() -> None:
    assert is_right(PIN, PIN_HASHES[PIN])
    assert not is_right(OTHER_PIN, PIN_HASHES[PIN])
    assert hash_pin(PIN, b"t" * 16) != PIN_HASHES[PIN]


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "scrypt$16384$8$1$c2FsdA==$bm90IDMyIGJ5dGVz",
        "scrypt$16383$8$1$c2FsdA==$" + PIN_HASHES[PIN].rpartition("$")[2],
        "scrypt$1099511627776$8$1$c2FsdA==$" + PIN_HASHES[PIN].rpartition("$")[2],
        PIN_HASHES[PIN].replace("scrypt", "plain"),
        PIN_HASHES[PIN] + "!",
    ],
)
def test_a_broken_hash_lets_nobody_in(kept: str) -> None:
    assert not is_right(PIN, kept)


# the list


def test_a_list_is_read_when_a_trusted_key_signed_it_for_this_point() -> None:
    found = roster()
    assert [one.id for one in found.accounts] == ["H-0001", "T-0001"]
    assert found.holder(HELPER_CARD) is found.accounts[0]
    assert found.holder("341602196501010015") is None
    assert "pin" not in repr(found)
    other = SigningKey(b"o" * 32)
    assert read_roster(signed(), other.receipt_key, POINT) is None
    assert read_roster(signed(), KEY.receipt_key, "BZ-ELSEWHERE") is None
    assert read_roster(signed().replace(b"H-0001", b"H-0002"), KEY.receipt_key, POINT) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"issued_at": "yesterday"},
        {"valid_until": "2026-11-26T12:00:00"},
        {"issued_at": 7},
        {"accounts": None},
        {"accounts": [account(role="boss")]},
        {"accounts": [{"id": "H-0001"}]},
    ],
)
def test_a_list_that_is_none(changes: dict[str, object]) -> None:
    assert read_roster(signed(**changes), KEY.receipt_key, POINT) is None


# the door


class Notes:
    """Values that outlive the door, as the store keeps them."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.full = False

    def keep_value(self, name: str, value: str) -> None:
        if self.full:
            raise StoreError(Failure.DISK_FULL)
        self.kept[name] = value

    def value_of(self, name: str) -> str:
        return self.kept.get(name, "")


@dataclass
class Point:
    """One door with its clock."""

    roster: Roster | None = field(default_factory=roster)
    now: datetime = NOON
    notes: Notes = field(default_factory=Notes)
    noted: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def note(self, event: AuditEvent, **detail: str) -> None:
        refuse_unlisted(event, "BZ-DEMO-0001", detail)
        self.noted.append((event.value, detail))

    def enter(self, number: str = HELPER_CARD, pin: str = PIN) -> Session | LoginRejected:
        return self.door().enter(number, pin)

    def door(self) -> StaffLogin:
        return StaffLogin(lambda: self.roster, self.notes, RULES, lambda: self.now, self.note)


def test_card_and_pin_let_in() -> None:
    rights = frozenset(MAY[Role.HELPER])
    mine = hash_card(HELPER_CARD)
    assert Point().enter() == Session("H-0001", Role.HELPER, rights, mine)


def test_a_technician_never_sees_a_case_whatever_was_granted() -> None:
    found = Point().enter(TECHNICIAN_CARD)
    assert isinstance(found, Session)
    assert found.rights == {Right.MAINTENANCE}


@pytest.mark.parametrize(
    ("point", "failure"),
    [
        (Point(roster=None), Failure.STAFF_LIST_MISSING),
        (Point(roster=roster(accounts=[])), Failure.STAFF_UNKNOWN),
        (Point(roster=roster(accounts=[account(valid_until="2026-11-25")])), Failure.STAFF_EXPIRED),
        (Point(now=NOON + timedelta(days=7, seconds=1)), Failure.STAFF_LIST_OLD),
        (Point(now=NOON - timedelta(minutes=11)), Failure.STAFF_CLOCK_WRONG),
    ],
)
def test_who_is_turned_away_at_once(point: Point, failure: Failure) -> None:
    assert point.enter() == LoginRejected(failure)
    assert point.notes.kept == {}


def test_who_comes_and_goes_is_noted_without_a_card() -> None:
    point = Point()
    point.enter()
    point.enter(pin=WRONG)
    point.door().leave("H-0001")
    assert point.noted == [
        ("staff_in", {"staff": "H-0001", "role": "helper"}),
        ("staff_turned_away", {"failure": "staff_pin_wrong"}),
        ("staff_out", {"staff": "H-0001"}),
    ]


# the second factor


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "119246"), (1111111109, "084774"), (1234567890, "819424"), (20000000000, "737706")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, SHA256; the last six of its eight digits."""
    key = read_key(CODE_KEY)
    assert key is not None
    assert code_of(key, step_of(datetime.fromtimestamp(seconds, UTC))) == code


def test_a_key_that_is_none_fits_no_code() -> None:
    for kept in ("", "no base32!", write_key(b"short")):
        assert matching_step(kept, "000000", NOON, NEVER) is None


def test_an_authenticator_reads_the_key() -> None:
    url = enrolment_url(CODE_KEY, "T-0001", POINT)
    assert url.startswith("otpauth://totp/BZ-DEMO%3AT-0001?secret=")
    assert "=" + CODE_KEY.rstrip("=") in url


def code_now(point: Point, away: int = 0) -> str:
    key = read_key(CODE_KEY)
    assert key is not None
    return code_of(key, step_of(point.now) + away)


def confirmed(point: Point, code: str, number: str = TECHNICIAN_CARD) -> Session | LoginRejected:
    return point.door().confirm(number, code)


@pytest.mark.parametrize("away", [-1, 0, 1])
def test_the_code_of_about_now_lets_in(away: int) -> None:
    point = Point()
    found = confirmed(point, code_now(point, away))
    assert isinstance(found, Session)
    assert point.noted == [("staff_in", {"staff": "T-0001", "role": "technician"})]


@pytest.mark.parametrize("away", [-3, -2, 2, 3])
def test_the_code_of_another_time_does_not(away: int) -> None:
    point = Point()
    assert confirmed(point, code_now(point, away)) == LoginRejected(Failure.STAFF_CODE_WRONG)


@pytest.mark.parametrize("ahead", [600, -600])
def test_a_clock_that_is_known_to_be_wrong_keeps_no_technician_out(ahead: int) -> None:
    point = Point()
    code = code_now(point)
    point.now += timedelta(seconds=ahead)
    assert confirmed(point, code) == LoginRejected(Failure.STAFF_CODE_WRONG)
    door = replace(point.door(), ahead=lambda: ahead)
    assert isinstance(door.confirm(TECHNICIAN_CARD, code), Session)


def test_a_code_is_used_up() -> None:
    point = Point()
    assert isinstance(confirmed(point, code_now(point)), Session)
    assert confirmed(point, code_now(point)) == LoginRejected(Failure.STAFF_CODE_WRONG)
    assert confirmed(point, code_now(point, -1)) == LoginRejected(Failure.STAFF_CODE_WRONG)
    assert isinstance(confirmed(point, code_now(point, 1)), Session)


def test_card_and_pin_alone_are_not_noted_as_coming_in() -> None:
    point = Point()
    assert isinstance(point.enter(TECHNICIAN_CARD), Session)
    assert point.noted == []


def test_who_has_no_code_does_not_come_in_by_one() -> None:
    assert confirmed(Point(), "000000", HELPER_CARD) == LoginRejected(Failure.STAFF_CODE_MISSING)
    unknown = confirmed(Point(roster=roster(accounts=[])), "000000")
    assert unknown == LoginRejected(Failure.STAFF_UNKNOWN)


def test_guessed_codes_are_counted_as_pins_are() -> None:
    point, seen = Point(), set()
    for _ in range(RULES.lock_after):
        found = confirmed(point, "000000")
        assert isinstance(found, LoginRejected)
        seen.add(found.failure)
        point.now += timedelta(seconds=found.wait)
    assert seen == {Failure.STAFF_CODE_WRONG, Failure.STAFF_LOCKED}
    assert confirmed(point, code_now(point)) == LoginRejected(Failure.STAFF_LOCKED)
    assert isinstance(point.enter(TECHNICIAN_CARD), Session)  # the PIN is another secret


def test_without_a_card_only_who_is_asked_for_a_code_comes_in() -> None:
    point = Point()
    assert isinstance(point.door().enter(TECHNICIAN_CARD, PIN, by_card=False), Session)
    for pin in (PIN, WRONG):
        refused = point.door().enter(HELPER_CARD, pin, by_card=False)
        assert refused == LoginRejected(Failure.STAFF_NOT_ALLOWED)
    assert "staff attempts H-0001" not in point.notes.kept  # nobody is locked out by a number
    nobody = point.door().enter("341602196501010015", PIN, by_card=False)
    assert nobody == LoginRejected(Failure.STAFF_UNKNOWN)


def test_offline_the_list_is_good_for_its_days() -> None:
    assert isinstance(Point(now=NOON + timedelta(days=7)).enter(), Session)
    assert isinstance(Point(now=NOON - timedelta(minutes=9)).enter(), Session)
    last = Point(roster=roster(accounts=[account(valid_until="2026-11-26")]))
    assert isinstance(last.enter(), Session)


def test_waits_grow_then_the_account_is_locked() -> None:
    point, waits = Point(), []
    for _ in range(RULES.lock_after):
        found = point.enter(pin=WRONG)
        assert isinstance(found, LoginRejected)
        waits.append(found.wait)
        point.now += timedelta(seconds=found.wait)
        if found.failure is Failure.STAFF_LOCKED:
            break
        assert found.failure is Failure.STAFF_PIN_WRONG
    assert waits == [0.0] * 4 + [15.0 * 2**n for n in range(10)] + [0.0]
    assert point.enter() == LoginRejected(Failure.STAFF_LOCKED)
    point.now += timedelta(days=6)
    assert point.enter() == LoginRejected(Failure.STAFF_LOCKED)


def test_a_new_pin_opens_a_locked_account() -> None:
    point = Point()
    point.notes.kept["staff attempts H-0001"] = encode(_locked(PIN_HASHES[PIN]))
    assert point.enter() == LoginRejected(Failure.STAFF_LOCKED)
    point.roster = roster(accounts=[account(pin_hash=PIN_HASHES[OTHER_PIN])])
    assert isinstance(point.enter(pin=OTHER_PIN), Session)


def _locked(pin_hash: str) -> Attempts:
    from kiosk.staff.attempts import name_pin

    return Attempts(name_pin(pin_hash), RULES.lock_after, 0.0)


def test_no_try_counts_while_one_waits_and_no_clock_shortens_it() -> None:
    point = Point()
    for _ in range(RULES.free_tries):
        point.enter(pin=WRONG)
    point.now += timedelta(seconds=5)
    assert point.enter() == LoginRejected(Failure.STAFF_WAIT, 10.0)
    point.now -= timedelta(minutes=5)
    assert point.enter() == LoginRejected(Failure.STAFF_WAIT, 15.0)
    point.now += timedelta(minutes=5, seconds=10)
    assert isinstance(point.enter(), Session)
    assert isinstance(point.enter(pin=WRONG), LoginRejected)
    assert isinstance(point.enter(), Session)  # the right one had set the count to none


def test_a_try_that_cannot_be_counted_is_none() -> None:
    point = Point()
    point.notes.full = True
    assert point.enter() == LoginRejected(Failure.DISK_FULL)


def test_a_restart_counts_on() -> None:
    """A kill while the PIN is looked at has cost a try, too: it is counted first."""
    point = Point()
    point.enter(pin=WRONG)
    kept = decode(point.notes.kept["staff attempts H-0001"])
    assert (kept.wrong, kept.last) == (1, NOON.timestamp())
    again = Point(notes=point.notes)
    again.enter(pin=WRONG)
    assert decode(point.notes.kept["staff attempts H-0001"]).wrong == 2


@given(st.text())
def test_broken_counts_are_none(kept: str) -> None:
    decode(kept)


@given(
    st.lists(st.tuples(st.sampled_from([PIN, WRONG]), st.integers(-100, 4000)), max_size=40),
)
def test_whatever_is_tried_nobody_guesses_faster(tries: list[tuple[str, int]]) -> None:
    """However the clock moves, a wrong try past the free ones is paid for with its whole wait."""
    attempts, now, paid = Attempts(), 0.0, []
    for pin, seconds in tries:
        now += seconds
        if attempts.is_locked("p", RULES) or attempts.wait("p", now, RULES):
            continue
        if attempts.wrong >= RULES.free_tries:
            paid.append(now - attempts.last >= RULES.first_wait_seconds)
        attempts = Attempts() if pin == PIN else attempts.spent("p", now)
        assert attempts.wrong <= RULES.lock_after
    assert all(paid)


# keeping the list


class Office:
    """The central service, as far as it tells who works here."""

    def __init__(self, body: bytes) -> None:
        self.answer = CentralAnswer(200, "application/json", None, body)
        self.asked: list[str] = []

    def call(self, method: str, path: str, *_more: object) -> CentralAnswer:
        self.asked.append(f"{method} {path}")
        return self.answer


@dataclass
class Cupboard:
    """A terminal that keeps the list."""

    office: Office = field(default_factory=lambda: Office(signed()))
    notes: Notes = field(default_factory=Notes)
    seconds: float = 0.0

    def keeping(self) -> StaffListSync:
        return StaffListSync(
            self.notes,
            FixedKey(),
            KEY.receipt_key,
            self.office,
            POINT,
            6.0,
            lambda count: bytes(range(count)),
            lambda: self.seconds,
        )


def test_the_list_is_kept_sealed_and_outlives_a_restart() -> None:
    cupboard = Cupboard()
    assert cupboard.keeping().roster() is None
    cupboard.keeping().learn_when_due()
    assert cupboard.office.asked == [f"GET /v1/points/{POINT}/staff"]
    assert cupboard.keeping().roster() == roster()
    assert HELPER_CARD not in cupboard.notes.kept[NOTE]
    assert "H-0001" not in cupboard.notes.kept[NOTE]


def test_it_is_asked_for_once_in_some_hours() -> None:
    cupboard = Cupboard()
    keeping = cupboard.keeping()
    for cupboard.seconds in (0.0, 60.0, 6 * 3600.0 - 1, 6 * 3600.0, 5.0):  # the last: set back
        keeping.learn_when_due()
    assert len(cupboard.office.asked) == 3


@pytest.mark.parametrize(
    "answer",
    [
        CentralAnswer(503, "application/json", None, signed()),
        CentralAnswer(200, "text/html", None, b"<html>"),
        CentralAnswer(200, "application/json", None, b"{}"),
        CentralAnswer(200, "application/json", None, signed(point="BZ-ELSEWHERE")),
        CentralAnswer(
            200, "application/json", None, sign_document(document(), SigningKey(b"o" * 32))
        ),
        CentralAnswer(
            200,
            "application/json",
            None,
            signed(issued_at=(NOON - timedelta(days=1)).isoformat(), accounts=[]),
        ),
    ],
)
def test_nothing_else_takes_its_place(answer: CentralAnswer) -> None:
    cupboard = Cupboard()
    cupboard.keeping().learn_when_due()
    cupboard.office.answer = answer
    cupboard.keeping().learn_when_due()
    assert cupboard.keeping().roster() == roster()


def test_a_newer_list_does() -> None:
    cupboard = Cupboard()
    cupboard.keeping().learn_when_due()
    later = (NOON + timedelta(hours=1)).isoformat()
    cupboard.office.answer = CentralAnswer(
        200, "application/json", None, signed(issued_at=later, accounts=[])
    )
    cupboard.keeping().learn_when_due()
    assert cupboard.keeping().roster() == roster(issued_at=later, accounts=[])


def test_a_list_of_another_terminal_is_noise() -> None:
    cupboard = Cupboard()
    cupboard.keeping().learn_when_due()
    keeping = cupboard.keeping()
    keeping.key = type("OtherKey", (), {"derive": lambda *_: b"x" * 32})()
    assert keeping.roster() is None
