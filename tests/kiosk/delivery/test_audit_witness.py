"""Every request carries the chain's head, and a wrong clock is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.audit.audit_events import AuditEvent, refuse_unlisted
from kiosk.delivery.audit_witness import ClockCheck, WitnessedCentral
from kiosk.failures import Failure
from kiosk.ports import CentralAnswer
from kiosk.storage.store import StoreError

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class WitnessingCentral:
    def __init__(self, *dates: datetime | None) -> None:
        self.dates = list(dates)
        self.headers: list[dict[str, str]] = []

    def call(self, method, path, body=b"", headers=None):
        self.headers.append(headers)
        return CentralAnswer(200, date=self.dates.pop(0) if self.dates else None)


def test_the_head_goes_with_every_request_beside_its_own_headers() -> None:
    central, heads = WitnessingCentral(), iter(["0:00", "1:ab"])
    witnessed = WitnessedCentral(central, lambda: next(heads), ClockCheck(lambda: NOW, print))
    witnessed.call("PUT", "/x", b"body", {"Content-Type": "x/y"})
    witnessed.call("GET", "/y")
    assert central.headers == [
        {"Content-Type": "x/y", "Kiosk-Audit": "0:00"},
        {"Kiosk-Audit": "1:ab"},
    ]


def test_a_database_that_cannot_be_read_stops_no_request() -> None:
    def head() -> str:
        raise StoreError(Failure.STORE_UNREADABLE)

    central = WitnessingCentral()
    assert WitnessedCentral(central, head, ClockCheck(lambda: NOW, print)).call("GET", "/").status
    assert central.headers == [{}]


@pytest.mark.parametrize(("years", "minutes"), [(10, -5_256_000), (-10, 5_256_000)])
def test_a_clock_ten_years_off_is_told_once_until_it_was_right(years, minutes) -> None:
    told: list[int] = []
    off = NOW + timedelta(days=365 * years)
    central = WitnessingCentral(off, off, NOW + timedelta(minutes=4), off, None)
    witnessed = WitnessedCentral(central, lambda: "", ClockCheck(lambda: NOW, told.append))
    for _ in range(5):
        witnessed.call("GET", "/")
    assert told == [minutes, minutes]


@pytest.mark.parametrize("year", [1, 9999])
def test_a_date_that_no_clock_shows_fits_the_audit(year: int) -> None:
    told: list[int] = []
    ClockCheck(lambda: NOW, told.append).compare(datetime(year, 1, 1, tzinfo=UTC))
    refuse_unlisted(AuditEvent.CLOCK_WRONG, "BZ-1", {"minutes": str(told[0])})
