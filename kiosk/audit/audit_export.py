"""Export of the audit chain, and its check without this program's database.

One file of NDJSON, an entry a line, and a manifest beside it. Nothing in either names a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.audit.audit import AuditEntry, broken_place, head
from kiosk.audit.audit_events import EVENTS, AuditEvent
from kiosk.crypto.envelope import canonical, digest, object_of
from kiosk.operator_texts import text_of, texts_of

FORMAT = 1
_ROW = re.compile(r"(?P<terminal>[^\t]+)\t(?P<head>[0-9]+:[0-9a-f]{64})(\t|$)")


@dataclass(frozen=True)
class ExportFault:
    """What is wrong with an export; `line` counts from 1, 0 stands for the whole."""

    line: int
    words: str


def write_entries(entries: Iterable[AuditEntry]) -> bytes:
    """Return the entries as canonical JSON objects, one a line."""
    return b"".join(canonical(_document(entry)) + b"\n" for entry in entries)


def write_manifest(entries: Sequence[AuditEntry], body: bytes, terminal: str, at: str) -> bytes:
    """Return the manifest of an export, by which a shortened file is noticed.

    `body` is what `write_entries` returned, `terminal` the terminal's code and `at` the ISO moment
    of the export.

    `entries` are those of the export, oldest first.
    """
    manifest = {
        "format": FORMAT,
        "terminal": terminal,
        "exported_at": at,
        "count": len(entries),
        "head": head(entries[-1] if entries else None),
        "sha256": digest(body),
    }
    return canonical(manifest) + b"\n"


def verify(body: bytes, manifest: bytes, witnessed: Iterable[str] = ()) -> ExportFault | None:
    """Return the first fault; None when the chain is whole and as long as the manifest says.

    `body` is the export, one entry a line. `witnessed` are heads "sequence:digest" that the central
    service keeps of this terminal: with all of them, also a chain that was cut off, or written anew
    together with its manifest, is noticed.
    """
    entries: list[AuditEntry] = []
    for line, text in enumerate(body.splitlines(), start=1):
        entry = _entry(object_of(text))
        if entry is None:
            return ExportFault(line, text_of("audit.no_entry"))
        entries.append(entry)
    if (broken := broken_place(entries)) is not None:
        return ExportFault(broken[0], text_of("audit.broken"))
    return _against_manifest(entries, body, manifest) or _against_witness(entries, witnessed)


def read_heads(listed: str, manifest: bytes) -> tuple[str, ...]:
    """Return the heads of the manifest's terminal from the output of `central heads`."""
    terminal = (object_of(manifest) or {}).get("terminal")
    rows = (_ROW.match(line) for line in listed.splitlines())
    return tuple(row["head"] for row in rows if row is not None and row["terminal"] == terminal)


def describe() -> str:
    """Return the text of docs/handbook-audit.zh.md."""
    meanings, origins = texts_of("audit.events"), texts_of("audit.origins")
    rows = (
        f"| `{event}` | {meanings[event]} | {origins[one.origin]} | {_names(one.fields)} |"
        for event, one in EVENTS.items()
    )
    return text_of("audit.page", rows="\n".join(rows))


def _names(fields: Iterable[str]) -> str:
    return "、".join(f"`{name}`" for name in fields) or "–"


def _document(entry: AuditEntry) -> dict[str, Any]:
    return {**vars(entry), "event": entry.event.value, "detail": dict(entry.detail)}


def _entry(document: dict[str, Any] | None) -> AuditEntry | None:
    match document:
        case {
            "sequence": int(sequence),
            "at": str(at),
            "event": str(event),
            "subject": str(subject),
            "detail": dict(detail),
            "previous": str(previous),
            "digest": str(named),
        } if event in set(AuditEvent):
            return AuditEntry(sequence, at, AuditEvent(event), subject, detail, previous, named)
    return None


def _against_manifest(
    entries: Sequence[AuditEntry], body: bytes, manifest: bytes
) -> ExportFault | None:
    document = object_of(manifest) or {}
    if document.get("format") != FORMAT:
        return ExportFault(0, text_of("audit.no_manifest"))
    held = (len(entries), head(entries[-1] if entries else None), digest(body))
    if held != (document.get("count"), document.get("head"), document.get("sha256")):
        words = text_of("audit.other_manifest", said=document.get("count"), count=len(entries))
        return ExportFault(0, words)
    return None


def _against_witness(entries: Sequence[AuditEntry], witnessed: Iterable[str]) -> ExportFault | None:
    here = {head(entry) for entry in entries} | {head(None)}
    gone = sorted(int(one.partition(":")[0]) for one in witnessed if one not in here)
    if not gone:
        return None
    if len(gone) == 1:
        return ExportFault(0, text_of("audit.one_gone", first=gone[0]))
    return ExportFault(0, text_of("audit.several_gone", first=gone[0], count=len(gone)))
