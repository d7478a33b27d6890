"""The id of an application is the code of its slip: nobody guesses it."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.visit.step_parts.slips import case_of_code, query_code
from wiring import places
from wiring.identifiers import draw_id

RANDOM_BITS = 122  # RFC 9562 §5.4
LEAST_BITS = 80


def test_the_code_of_a_slip_is_random(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every bit but version and variant comes from the machine's random source."""
    ends = []
    for byte in (b"\x00", b"\xff"):
        monkeypatch.setattr(os, "urandom", lambda count, byte=byte: byte * count)
        ends.append(UUID(draw_id()))
    moved = (ends[0].int ^ ends[1].int).bit_count()
    assert moved == RANDOM_BITS >= LEAST_BITS
    assert [one.version for one in ends] == [4, 4]


def test_the_slip_leads_to_all_of_it() -> None:
    drawn = draw_id()
    assert case_of_code(query_code(drawn)) == drawn


@pytest.mark.parametrize("name", ["terminal.py", "phone/process.py"])
def test_applications_get_their_ids_from_it(name: str) -> None:
    said = (Path(places.ROOT) / "wiring" / name).read_text("utf-8")
    assert "draw_id" in said
    assert "uuid" not in said
