"""Of several months from which a service can be had, the last one is told."""

from __future__ import annotations

import pytest

from kiosk.people.facts import FinishedService
from kiosk.retirement.months import Month
from tests.kiosk.retirement.shipped import CATALOGUE, changed, person, verdict

M = Month.parse


@pytest.mark.parametrize(
    ("paid", "rule", "since"), [(174, "paid_enough", "2027-05"), (175, "reached_age", "2027-04")]
)
def test_of_several_months_the_last_decides(paid, rule, since):
    """Whatever the order in the file; of equal months the first one named."""
    case = person("M60", "1966-10", paid_months=paid)
    found = verdict("R01", case)
    assert (found.rule, found.since) == (rule, M(since))
    names = tuple(reversed(CATALOGUE.services["R01"].when))
    turned = verdict("R01", case, catalogue=changed("R01", when=names))
    assert turned.since == M(since)
    follows = verdict("R06", case)
    assert (follows.rule, follows.since) == ("waits", M(since))


def test_a_service_of_its_own_later_month_waits_for_that():
    """R06 alone is short; R01 was finished in an earlier case."""
    done = (FinishedService("R01", "2026-11-02"),)
    found = verdict("R06", person(paid_months=178, services_done=done))
    assert (found.rule, found.since) == ("paid_enough", M("2027-01"))
