"""The situations of config/situations.toml, judged by the shipped rules."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.retirement.rule_review.model import read_people_model
from kiosk.retirement.situation import Situation
from tests.kiosk.retirement.shipped import CATALOGUE, CONFIG, RULES

HERE = RULES.drawing_place.here


def all_situations() -> Iterator[tuple[str, Situation]]:
    """Yield every situation of the model, with its name."""
    for person in read_people_model(CONFIG, CATALOGUE.facts).people():
        yield person.name, person.situation(RULES)
