"""The command `central fields`: what reaches each office of one application, field by field."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from central.intake.delivered_views import DeliveredViews
from central.operator.data_commands import on_data
from central.store.cases.operator_reads import OperatorRead
from kiosk.application.office_views import WITH_FACTS, Views

if TYPE_CHECKING:
    from central.app_context import AppContext

HEAD = ("service", "field", "value", "source", "office", "state", "reason")
HIDDEN = "*"
READS_HEAD = ("at", "application", "operator", "what", "reason")
UNEXPLAINED = "--values needs --operator and --reason: who looks, and why; both are recorded"


@dataclass(frozen=True)
class DeliveredField:
    """A field that a service lists, with its member of the view: a value, or a reason."""

    service: str
    name: str
    said: Mapping[str, Any]

    @property
    def has_value(self) -> bool:
        """Return whether the office gets a value."""
        return "value" in self.said


def listed_pairs(context: AppContext, document: dict[str, Any]) -> Iterator[DeliveredField]:
    """Yield each pair of a chosen service and a field that it lists, as its office gets it.

    The common fields, which every office gets, are left out. `document` is of version 3.
    """
    catalogue = context.dates.catalogue
    views = Views(catalogue.services, (), catalogue.fields)
    delivered = DeliveredViews(views.view_of, context.joined_facts)
    seen = context.store.confirmations.seen_facts(str(document["id"]))
    for code in document["services"]:
        facts = delivered.of(document, code, context.now(), seen)["facts"]
        for name in views.fields_of(document["facts"], code):
            if name in catalogue.services[code].fields:
                yield DeliveredField(code, name, facts[name])


@on_data
def list_fields(context: AppContext, options: argparse.Namespace) -> int:
    """Print each pair of service and listed field with value or reason, then the counts.

    Values are masked unless the options ask for them; then operator and reason are recorded first.
    Returns the exit code.
    """
    if options.values and not (options.operator and options.reason.strip()):
        return _refuse(UNEXPLAINED)
    envelope = context.store.cases.envelope_of(options.application)
    if envelope is None:
        return _refuse(f"{options.application}: there is no such application")
    document = dict(context.examiner.opener.document(envelope))
    if document["version"] < WITH_FACTS:
        return _refuse(f"{options.application}: version {document['version']} carries no facts")
    if options.values:
        context.store.operator_reads.note(_look(context, options))
    pairs = list(listed_pairs(context, document))
    print(*HEAD, sep="\t")
    for one in pairs:
        print(*_row(one, shown=options.values), sep="\t")
    counts = Counter(one.said.get("reason", "value") for one in pairs)
    said = (f"{name} {count}" for name, count in sorted(counts.items()))
    print(f"# {len(pairs)} pairs: {', '.join(said)}")
    return 0


@on_data
def list_reads(context: AppContext, _options: argparse.Namespace) -> int:
    """Print who looked at the values of which application, when and why; return the exit code."""
    print(*READS_HEAD, sep="\t")
    for one in context.store.operator_reads.all():
        print(one.at, one.application_id, one.operator, one.what, one.reason, sep="\t")
    return 0


def _look(context: AppContext, options: argparse.Namespace) -> OperatorRead:
    reason = " ".join(options.reason.split())
    at = context.now().isoformat(timespec="seconds")
    return OperatorRead(at, options.application, options.operator, "fields", reason)


def _row(one: DeliveredField, *, shown: bool) -> tuple[str, ...]:
    said = one.said
    value = _plain(said["value"]) if one.has_value else ""
    rest = (str(said.get(name, "")) for name in HEAD[3:])
    return (one.service, one.name, value if shown else HIDDEN * len(value), *rest)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    return "; ".join(map(_plain, value)) if isinstance(value, list) else str(value)


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
