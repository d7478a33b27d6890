"""Stand-ins of a replay for the person, the staff, and what they typed, wrote or brought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from kiosk.application.ink import Ink
from kiosk.application.scan import CapturedPaper
from kiosk.application.service_result import ServiceResult, parse_result
from kiosk.people.identity import CardKind, IdCard, Sex

STAND_IN_WORD = "某"
STAND_IN_CREDIT_CODE = "91341600MA0000001R"
STAND_IN_UNLISTED_CODE = "91340000MA99999999"  # of an employer that no list has
STAND_IN_CARD = IdCard(
    kind=CardKind.RESIDENT,
    name="某某",
    sex=Sex.MALE,
    nation="01",
    birth=date(1966, 6, 1),
    address="某地",
    number="341602196606010011",
    authority="某局",
    valid_from=date(2012, 1, 1),
    valid_until=None,
)
STAND_IN_PRINCIPAL = "341602196501010023"  # whoever is acted for is another person
STAND_IN_STAFF = ("X-0", "S-0001", "S-0002")
STAND_IN_CASE = "00000000-0000-4000-8000-000000000000"
STAND_IN_CASE_NUMBER = "亳退 0000 0000"
STAND_IN_OPEN_CASE = "00000000-0000-4000-8000-00000000000f"
STAND_IN_DAY = date(2026, 12, 14)
STAND_IN_FIRST_DAY = date(2027, 1, 1)  # of what begins later
STAND_IN_LAST_DAY = "20991231"
STAND_IN_INK: Ink = (((10.0, 10.0, 0.0), (40.0, 20.0, 0.5)),)
STAND_IN_PAPER = CapturedPaper("0" * 64, "0" * 64, 1, "")
STAND_IN_CONTENT: Mapping[str, Any] = {
    "certificate": {"number": "0000"},
    "amount": {"fen": 100, "month": "2027-01", "monthly": True},
    "payment": {"code": "0000", "fen": 100, "due_on": "2027-01-15"},
    "appointment": {"place": STAND_IN_WORD, "at": "2027-01-04T09:00"},
    "refusal": {
        "reason": STAND_IN_WORD,
        "law": STAND_IN_WORD,
        "remedies": [{"kind": "review", "body": STAND_IN_WORD, "days": 60}],
    },
}
"""Content of results by kind."""
STAND_IN_DIGITS = {
    "mobile": "13900001234",
    "mobile_alt": "13900001234",
    "account": "0" * 19,  # right at each of the lengths that a card number may have
    "child_birth": "19900101",
    "special_years": "12",
    "only_child_cert": "0" * 16,
    "conclusion_no": "0" * 16,
    "unit_code": STAND_IN_UNLISTED_CODE,
}
"""By the question; each passes its check."""


def stand_in_result(
    service: str, kinds: Iterable[str], remedies: int, has_file: bool = False
) -> ServiceResult:
    """Return a result of this service with content of these kinds that says nothing of anybody.

    `remedies`: how many a refusal names; `has_file`: whether the certificate can be printed, which
    journals of earlier versions don't say.
    """
    said = {kind: STAND_IN_CONTENT[kind] for kind in kinds if kind in STAND_IN_CONTENT}
    found = parse_result(said)
    if found.refusal is not None:
        several = found.refusal.remedies * remedies
        found = replace(found, refusal=replace(found.refusal, remedies=several))
    return ServiceResult(service, STAND_IN_DAY, found, STAND_IN_CASE, has_file)
