"""An application as far as the rules look at it."""

from __future__ import annotations

from typing import Any

SAID: dict[str, Any] = {
    "kind": "QY",
    "paid_months": 402,
    "deemed_months": 0,
    "medical_months": 402,
    "earlier_places": ["阜阳市"],
    "work_start": "1987-09",
    "insured_places": [{"place": "亳州市", "months": 402}],
    "state_manager": False,
}


def filed_document(month: str | None = "2026-11", **changes: Any) -> dict[str, Any]:
    """An application of a man born in June 1966, as far as the rules look."""
    retirement = {"category": "M60", "route": "R01", "retire_month": month, "insisted": []}
    facts = {name: {"value": value} for name, value in SAID.items()}
    return {
        "applicant": {"card_kind": "resident", "birth": "1966-06-15", "number": "x"},
        "retirement": retirement | changes.pop("retirement", {}),
        "facts": facts | changes.pop("facts", {}),
        **changes,
    }
