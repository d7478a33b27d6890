"""The command `central fields`: what reaches each office of one application, field by field."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING

from central.operator.data_commands import on_data
from central.store.cases.operator_reads import OperatorRead
from central.vault.listed_fields import plain
from central.vault_port import DeliveredField, FieldAsk, VaultRefusal

if TYPE_CHECKING:
    from central.app_context import AppContext

HEAD = ("service", "field", "value", "source", "office", "state", "reason")
READS_HEAD = ("at", "application", "operator", "what", "reason")
UNEXPLAINED = "--values needs --operator and --reason: who looks, and why; both are recorded"


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
    if options.values:
        context.store.operator_reads.note(_look(context, options))
    seen = context.store.confirmations.seen_facts(options.application)
    asked = FieldAsk(options.operator, options.reason, options.values, envelope, seen)
    pairs = context.vault.delivered_fields(asked)
    if isinstance(pairs, VaultRefusal):
        return _refuse(f"{options.application}: its version carries no facts")
    print(*HEAD, sep="\t")
    for one in pairs:
        print(*_row(one), sep="\t")
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


def _row(one: DeliveredField) -> tuple[str, ...]:
    said = one.said
    value = plain(said["value"]) if one.has_value else ""
    rest = (str(said.get(name, "")) for name in HEAD[3:])
    return (one.service, one.name, value, *rest)


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
