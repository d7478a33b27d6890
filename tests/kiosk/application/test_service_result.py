"""Results of services as JSON: whatever is written is read again, anything else names its member."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.application.service_result import (
    LONGEST_TEXT,
    MOST_DAYS,
    MOST_FEN,
    IssuedCertificate,
    LegalRemedy,
    MemberWrong,
    OfficeAppointment,
    PaidAmount,
    PaymentSlip,
    RefusalGrounds,
    RemedyKind,
    ResultContent,
    ResultKind,
    parse_result,
)
from kiosk.civil_time import CIVIL_ZONE
from kiosk.crypto.envelope import canonical
from kiosk.json_decoder import decode_object
from kiosk.retirement.months import Month

FULLEST: dict[str, Any] = {
    "certificate": {"number": "皖亳退 20261130001"},
    "amount": {"fen": 321_540, "month": "2027-01", "monthly": True},
    "payment": {"code": "3416000012345678", "fen": 1_284_000, "due_on": "2027-01-15"},
    "appointment": {"place": "市民中心 3 号窗口", "at": "2026-12-08T09:30"},
    "refusal": {
        "reason": "两处的生日不一样",
        "law": "社会保险法 第十六条",
        "remedies": [
            {"kind": "review", "body": "亳州市人民政府", "days": 60},
            {"kind": "lawsuit", "body": "谯城区人民法院", "days": 181},
        ],
    },
}

lines = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=LONGEST_TEXT)
fen = st.integers(1, MOST_FEN)
remedies = st.builds(LegalRemedy, st.sampled_from(RemedyKind), lines, st.integers(1, MOST_DAYS))
results = st.builds(
    ResultContent,
    certificate=st.none() | st.builds(IssuedCertificate, lines),
    amount=st.none()
    | st.builds(PaidAmount, fen, st.builds(Month, st.integers(12, 119_999)), st.booleans()),
    payment=st.none() | st.builds(PaymentSlip, lines, fen, st.dates()),
    appointment=st.none()
    | st.builds(
        OfficeAppointment,
        lines,
        st.datetimes(timezones=st.just(CIVIL_ZONE)).map(
            lambda at: at.replace(second=0, microsecond=0)
        ),
    ),
    refusal=st.none()
    | st.builds(
        RefusalGrounds, lines, lines, st.lists(remedies, min_size=1, max_size=4).map(tuple)
    ),
)


@given(results)
def test_what_is_written_is_read(content: ResultContent) -> None:
    record = decode_object(canonical(content.record()))
    assert record is not None
    assert parse_result(record) == content
    assert set(record) == content.kinds


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def named(said: dict[str, Any]) -> str:
    """Return the kind whose member is named as wrong, "" for none."""
    try:
        parse_result(said)
    except MemberWrong as error:
        return str(error).partition(".")[0]
    return ""


@given(st.data())
def test_anything_in_place_of_a_member_is_read_or_named(data: st.DataObject) -> None:
    said = deepcopy(FULLEST)
    kind = data.draw(st.sampled_from(sorted(said)))
    member = data.draw(st.sampled_from(["", *said[kind]]))
    value = data.draw(json_values)
    if member:
        said[kind][member] = value
    else:
        said[kind] = value
    assert named(said) in ("", kind)


@pytest.mark.parametrize(
    ("kind", "member", "value", "wrong"),
    [
        ("certificate", "number", "", "certificate.number"),
        ("certificate", "number", "一\n二", "certificate.number"),
        ("certificate", "number", "9" * (LONGEST_TEXT + 1), "certificate.number"),
        ("certificate", "number", 20261130001, "certificate.number"),
        ("amount", "fen", 0, "amount.fen"),
        ("amount", "fen", 3215.4, "amount.fen"),
        ("amount", "fen", True, "amount.fen"),
        ("amount", "month", "2027-13", "amount.month"),
        ("amount", "month", 202701, "amount.month"),
        ("amount", "monthly", "yes", "amount.monthly"),
        ("payment", "due_on", "2027-02-30", "payment.due_on"),
        ("payment", "code", None, "payment.code"),
        ("appointment", "at", "morgen", "appointment.at"),
        ("appointment", "at", "2026-12-08T09:30+08:00", "appointment.at"),
        ("appointment", "place", " ", "appointment.place"),
        ("refusal", "law", "", "refusal.law"),
        ("refusal", "remedies", [], "refusal.remedies"),
        ("refusal", "remedies", ["review"], "refusal.remedies"),
        ("refusal", "remedies", [{"kind": "revenge"}], "refusal.kind"),
    ],
)
def test_a_wrong_member_is_named(kind: str, member: str, value: object, wrong: str) -> None:
    said = deepcopy(FULLEST)
    said[kind][member] = value
    with pytest.raises(MemberWrong, match=f"^{wrong}$"):
        parse_result(said)


def test_a_kind_that_is_no_object_is_named() -> None:
    with pytest.raises(MemberWrong, match=r"^payment$"):
        parse_result({"payment": "3416"})


def test_a_kind_of_a_newer_service_is_left_out() -> None:
    found = parse_result(FULLEST | {"voucher": {"code": "1"}})
    assert found.kinds == set(ResultKind)


def test_the_last_day_of_a_remedy_counts_from_the_decision() -> None:
    review = LegalRemedy(RemedyKind.REVIEW, "亳州市人民政府", 60)
    assert review.last_day(date(2026, 12, 1)) == date(2027, 1, 30)


def test_what_says_something_of_the_person_is_not_in_the_words_of_a_result() -> None:
    content = parse_result(FULLEST)
    said = repr(content)
    for text in ("20261130001", "321540", "3416000012345678", "生日"):
        assert text not in said
    assert content.appointment == OfficeAppointment(
        "市民中心 3 号窗口",
        datetime(2026, 12, 8, 9, 30, tzinfo=CIVIL_ZONE),
    )


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(MemberWrong):
        parse_result("no object")
