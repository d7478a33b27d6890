"""The record of a principal's presence, as it is handed in with an authority."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from kiosk.application.authority import Authority, Evidence
from kiosk.application.presence import Presence
from kiosk.people.consent import Consent, Proof, ProofMethod

NOON = datetime(2026, 11, 23, 12, 0, 0, 500, tzinfo=timezone(timedelta(hours=8)))
FACE = Proof(ProofMethod.FACE, NOON, 0.31, 0.38, "dlib128", ("blink",))
OWN_CONSENT = Consent("notice-1", NOON, face=True)
PRESENCE = Presence(NOON, OWN_CONSENT, FACE, "H-0001", NOON)


def test_a_presence_is_handed_in_with_the_authority() -> None:
    said = Authority(evidence=Evidence.SIGNED, presence=PRESENCE).record("v", NOON.date())
    at = "2026-11-23T12:00:00+08:00"
    assert said["presence"] == {
        "card": {"at": at},
        "consent": OWN_CONSENT.record(),
        "proof": FACE.record(),
        "staff": {"id": "H-0001", "at": at},
    }


def test_an_absent_principal_leaves_no_presence_record() -> None:
    said = Authority(evidence=Evidence.SIGNED).record("v", NOON.date())
    assert "presence" not in said
