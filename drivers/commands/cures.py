"""The cures of device failures for technicians: one or two Chinese sentences each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kiosk.failures import Failure, read_cures
from kiosk.operator_texts import texts_of

TEXTS = Path(__file__).resolve().parents[2] / "config" / "texts" / "failures.toml"


@cache
def known_cures() -> Mapping[Failure, str]:
    """Return the cures of all failures that have one."""
    of_a_card = {Failure(name): words for name, words in texts_of("devices.card_cures").items()}
    return MappingProxyType({**of_a_card, **read_cures(TEXTS)})


def cure(failure: Failure) -> str:
    """Return the cure of a failure, or its name where there is none."""
    return known_cures().get(failure, failure.value)
