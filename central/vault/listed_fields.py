"""The fields of one application as they reach the offices, for an operator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from central.confirmation import SeenFacts
from central.intake.delivered_views import DeliveredViews
from central.vault_port import DeliveredField
from kiosk.application.office_views import Views
from kiosk.retirement.catalogue import Catalogue

HIDDEN = "*"


def listed_fields(
    catalogue: Catalogue,
    delivered: DeliveredViews,
    document: dict[str, Any],
    at: datetime,
    seen: SeenFacts,
) -> Iterator[DeliveredField]:
    """Yield each pair of a chosen service and a field that it lists, as its office gets it at `at`.

    The common fields, which every office gets, are left out. `document` is of version 3;
    `delivered` makes the views, `seen` is what a principal was shown on confirming.
    """
    views = Views(catalogue.services, (), catalogue.fields)
    for code in document["services"]:
        facts = delivered.of(document, code, at, seen)["facts"]
        for name in views.fields_of(document["facts"], code):
            if name in catalogue.services[code].fields:
                yield DeliveredField(code, name, facts[name])


def masked_field(one: DeliveredField) -> DeliveredField:
    """Return the field with each character of its value hidden."""
    if not one.has_value:
        return one
    return DeliveredField(
        one.service, one.name, {**one.said, "value": HIDDEN * len(plain(one.said["value"]))}
    )


def plain(value: object) -> str:
    """Return a value as one text."""
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    return "; ".join(map(plain, value)) if isinstance(value, list) else str(value)
