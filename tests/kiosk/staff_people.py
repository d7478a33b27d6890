"""A point's staff for tests, signed as the central service signs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kiosk.crypto.receipt import SigningKey, sign_document
from kiosk.staff.code import write_key
from kiosk.staff.desk import Correction, Desk, Unsent
from kiosk.staff.pin import hash_pin
from kiosk.staff.roles import ROLE_RIGHTS, Role, Session
from kiosk.staff.roster import Roster, hash_card, read_roster

POINT = "BZ-DEMO"
KEY = SigningKey(b"k" * 32)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HELPER_CARD, TECHNICIAN_CARD = "341602198809010029", "341602197903120035"
PIN, OTHER_PIN = "730492", "285703"
PIN_HASHES = {pin: hash_pin(pin, b"s" * 16) for pin in (PIN, OTHER_PIN)}


def account(**changes: Any) -> dict[str, Any]:
    said = {
        "id": "H-0001",
        "role": "helper",
        "name": "何帮民",
        "card_hash": hash_card(HELPER_CARD),
        "pin_hash": PIN_HASHES[PIN],
        "rights": ["file_for", "file_absent", "vouch", "find", "report", "corrections", "unsent"],
        "valid_until": "2030-12-31",
    }
    return said | changes


CODE_KEY = write_key(b"12345678901234567890123456789012")  # of RFC 6238, appendix B
TECHNICIAN = account(
    id="T-0001",
    role="technician",
    card_hash=hash_card(TECHNICIAN_CARD),
    rights=["maintenance", "file_for"],
    code_key=CODE_KEY,
)


HELPER = Session("H-0001", Role.HELPER, ROLE_RIGHTS[Role.HELPER], hash_card("34162219660615001X"))
"""Who is also the person of config/personas/liu.toml: nobody files for oneself."""
OTHER_HELPER = replace(HELPER, id="H-0002", card_hash=hash_card(HELPER_CARD))
WINDOW = Session("W-0001", Role.WINDOW, ROLE_RIGHTS[Role.WINDOW], "a" * 64)
OTHER_WINDOW = replace(WINDOW, id="W-0002", card_hash="b" * 64)
ENGINEER = Session("T-0001", Role.TECHNICIAN, ROLE_RIGHTS[Role.TECHNICIAN])
DESK = Desk(
    unsent=(
        Unsent("赵**", "2026-11-26T09:05:00+08:00", refused=False),
        Unsent("陈*", "2026-11-26T08:50:00+08:00", refused=True),
    ),
    corrections=(
        Correction(
            "11111111-0000-4000-8000-000000000001",
            "王**",
            "R09",
            "照片不清，请重拍",
            date(2026, 11, 26),
        ),
        Correction("11111111-0000-4000-8000-000000000002", "张*", "Z1", "缺一张纸", None),
    ),
)


def document(**changes: Any) -> dict[str, Any]:
    said = {
        "version": 1,
        "point": POINT,
        "issued_at": NOON.isoformat(),
        "valid_until": (NOON + timedelta(days=7)).isoformat(),
        "accounts": [account(), TECHNICIAN],
        "key_id": KEY.receipt_key.id,
    }
    return said | changes


def signed(**changes: Any) -> bytes:
    return sign_document(document(**changes), KEY)


def roster(**changes: Any) -> Roster:
    found = read_roster(signed(**changes), KEY.receipt_key, POINT)
    assert found is not None
    return found
