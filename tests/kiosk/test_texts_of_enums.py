"""Every value that has a text in config/texts/operator has exactly one."""

from __future__ import annotations

import pytest

from kiosk.audit.audit_events import AuditEvent, Origin
from kiosk.config.layers import Layer
from kiosk.config.validation import RULES
from kiosk.operator_texts import texts_of
from kiosk.retirement.facts import FactType
from kiosk.storage.tables import OutboxState


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (lambda: texts_of("audit.events"), AuditEvent),
        (lambda: texts_of("audit.origins"), Origin),
        (lambda: texts_of("config.layers"), Layer),
        (lambda: texts_of("config.forms"), [form for form, _, _ in RULES]),
        (lambda: texts_of("retirement.fact_forms"), FactType),
        (lambda: texts_of("delivery.states"), [OutboxState.WAITING, OutboxState.QUARANTINED]),
    ],
    ids=["events", "origins", "layers", "forms", "facts", "states"],
)
def test_each_value_has_its_text(texts, names):
    assert set(texts()) == set(names)
