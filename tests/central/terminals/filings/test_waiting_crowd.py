"""The crowd that was told to come back: places, times, and what somebody who invents keys can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from central.load import LATEST
from central.terminals.filings.waiting_crowd import MOST_PLACES, WaitingCrowd

SEED = 20261201
LATE = 10.0


@dataclass
class CrowdByHand:
    """What a crowd says, counted in the plainest way."""

    order: list[str] = field(default_factory=list)

    def place_of(self, key: str) -> int:
        if key not in self.order:
            self.order.append(key)
        return self.order.index(key)


def test_each_place_is_the_number_of_those_before_it() -> None:
    crowd, by_hand, chance = WaitingCrowd(MOST_PLACES), CrowdByHand(), Random(SEED)
    for _ in range(5000):
        key = f"{chance.randrange(300)}"
        if chance.random() < 0.4:
            crowd.forget(key)
            by_hand.order = [one for one in by_hand.order if one != key]
        else:
            assert crowd.place_of(key, key) == by_hand.place_of(key)
            crowd.tell(key, 0.0, 1.0)
        assert len(crowd) == len(by_hand.order)


def test_who_does_not_come_back_loses_its_place_and_who_asks_again_keeps_it() -> None:
    crowd = WaitingCrowd(MOST_PLACES)
    for key in ("gone", "late", "here"):
        crowd.place_of(key, key)
        crowd.tell(key, 0.0, 10.0)
    assert not crowd.is_due("late", 9.9)
    assert crowd.is_due("late", 10.0)
    crowd.tell("late", 12.0, 20.0)
    crowd.tell("here", 12.0, 20.0)
    crowd.forget_gone(LATEST * 10.0 + LATE)
    assert crowd.place_of("late", "late") == 1
    crowd.forget_gone(LATEST * 10.0 + LATE + 0.1)
    assert [crowd.place_of(key, key) for key in ("late", "here")] == [0, 1]
    crowd.forget_gone(12.0 + LATEST * 20.0 + LATE + 0.1)
    assert len(crowd) == 0


def test_a_place_that_was_taken_anew_does_not_end_with_the_old_one() -> None:
    crowd = WaitingCrowd(MOST_PLACES)
    crowd.place_of("A", "A")
    crowd.tell("A", 0.0, 1.0)
    crowd.forget("A")
    crowd.place_of("A", "A")
    crowd.tell("A", 5.0, 60.0)
    crowd.forget_gone(50.0)
    assert len(crowd) == len(crowd._ends) == 1  # what was given back is not kept
    assert crowd.is_due("A", 65.0)


def test_one_source_has_few_places_and_whoever_was_verified_counts_in_none() -> None:
    crowd = WaitingCrowd(2)
    told = [crowd.place_of(f"forged {number}", "10.0.0.1") for number in range(5)]
    assert told == [0, 1, 2, 2, 2]
    assert crowd.place_of("B", "10.0.0.2") == 2
    assert [crowd.place_of(f"known {number}", "") for number in range(3)] == [3, 4, 5]
    crowd.forget("forged 0")
    assert crowd.place_of("forged 4", "10.0.0.1") == 5
    assert len(crowd) == 6


def test_a_full_crowd_keeps_who_stands_in_it() -> None:
    crowd = WaitingCrowd(MOST_PLACES)
    for number in range(MOST_PLACES + 100):
        crowd.place_of(f"{number}", f"{number}")
        crowd.tell(f"{number}", 0.0, 60.0)
    assert len(crowd) == MOST_PLACES
    assert crowd.place_of("0", "0") == 0
    assert not crowd.is_due(f"{MOST_PLACES}", 60.0)
