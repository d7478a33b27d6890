"""A person is told when it matters, without a name or number; the city's seal is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from central.store.tables import MessageRow, SealRow
from central.tasks import TaskState
from kiosk.crypto.envelope import parse_envelope
from tests.central.standing import LIU, Standing, numbered

MOBILE = "13900001234"
AT = "2026-11-23T12:00:00+08:00"
File = Callable[..., bytes]


@pytest.fixture
def file(central: Standing, client: TestClient) -> File:
    def call(**answers: str) -> bytes:
        body = central.body(services=["R01", "R17"], answers=answers)
        path = f"/v1/applications/{numbered(1)}"
        for _ in range(2):
            assert client.put(path, content=body, headers=central.headers()).is_success
        return body

    return call


def told(central: Standing) -> list[tuple[str, str, str]]:
    return central.rows((MessageRow.occasion, MessageRow.mobile, MessageRow.at))


def test_three_occasions(central: Standing, file: File) -> None:
    file(mobile=MOBILE)
    central.settle("R01", TaskState.WORKING, "1")
    central.settle("R01", TaskState.CORRECTION, "2")
    central.settle("R01", TaskState.DONE, "3")
    central.settle("R17", TaskState.REFUSED, "4")
    central.settle("R17", TaskState.DONE, "5")
    shown = "139****1234"
    occasions = [("received", shown, AT), ("correction", shown, "2"), ("done", shown, "4")]
    assert told(central) == occasions


def test_what_is_said(central: Standing, file: File) -> None:
    file(mobile=MOBILE)
    central.settle("R01", TaskState.CORRECTION)
    for case, text in central.rows((MessageRow.application_id, MessageRow.text)):
        assert case == numbered(1)
        assert "亳退 0000 0001" in text
        assert not any(word in text for word in ("刘", LIU, LIU[-6:], MOBILE))


@pytest.mark.parametrize("answers", [{}, {"mobile": ""}])
def test_without_a_number_nobody_is_told(
    central: Standing, file: File, answers: dict[str, str]
) -> None:
    file(**answers)
    central.settle("R01", TaskState.CORRECTION)
    assert told(central) == []


def test_the_citys_seal_is_asked_for_once(central: Standing, file: File) -> None:
    envelope = parse_envelope(file())
    columns = (SealRow.application_id, SealRow.digest, SealRow.at)
    assert central.rows(columns) == [(numbered(1), envelope.digest, AT)]
