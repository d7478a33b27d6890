"""A copy of config/ whose model of people is small enough to be judged in no time."""

from __future__ import annotations

from pathlib import Path

SMALL_MODEL = """
on = "2026-11-23"
category = "M60"
births = ["1966-06"]
routes = ["R01"]
months = ["first", "latest"]

[facts.kind]
QY = ["kind=QY"]
LH = ["kind=LH"]

[facts.others]
all = [
    "paid_months=402", "deemed_months=0", "earlier_places=", "citizen=yes", "household_matches=yes",
    "has_fund_account=no", "has_annuity=no", "only_child_certificate=yes", "medical_months=402", "medical_months_needed=360",
]
"""


def use_small_model(config: Path) -> Path:
    """Replace the model in a copy of config/ by one of four people; return the copy."""
    (config / "situations.toml").write_text(SMALL_MODEL, "utf-8")
    return config
