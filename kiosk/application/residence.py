"""Where the person lives, as the answers of an application tell it."""

from __future__ import annotations

from collections.abc import Mapping

LIVE = "live"
"""The question whether the address is that of the card, another in the city, or elsewhere."""
LEVELS: Mapping[str, tuple[str, ...]] = {
    "other": ("live_county", "live_town", "live_village"),
    "away": ("away_province", "away_city", "away_county", "away_town"),
}
"""By the answer to LIVE: the questions for each level of the division, from the top."""


def is_at_another_address(answers: Mapping[str, str]) -> bool:
    """Return whether the person lives elsewhere than the identity card says."""
    return answers.get(LIVE) in LEVELS


def division_of_residence(answers: Mapping[str, str]) -> str:
    """Return the code of the smallest division that was picked; "" without one."""
    picked = (answers.get(field, "") for field in reversed(LEVELS.get(answers.get(LIVE, ""), ())))
    return next((code for code in picked if code), "")
