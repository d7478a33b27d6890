"""Export of the audit chain, and its check without this program's database.

One file of NDJSON, an entry a line, and a manifest beside it. Nothing in either names a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.audit.audit import AuditEntry, broken_place, head
from kiosk.audit.audit_events import EVENTS, AuditEvent
from kiosk.crypto.envelope import canonical, digest, object_of

FORMAT = 1
_ROW = re.compile(r"(?P<terminal>[^\t]+)\t(?P<head>[0-9]+:[0-9a-f]{64})(\t|$)")
ORIGINS: Mapping[str, str] = {
    "person": "本人做的",
    "program": "程序做的",
    "central": "中心答的",
    "technician": "维护的人做的",
    "staff": "工作人员做的",
}


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
            return ExportFault(line, "这一行不是审计记录")
        entries.append(entry)
    if (broken := broken_place(entries)) is not None:
        return ExportFault(broken[0], "这一条和前一条接不上：被改过、挪过，或者前面少了一条")
    return _against_manifest(entries, body, manifest) or _against_witness(entries, witnessed)


def read_heads(listed: str, manifest: bytes) -> tuple[str, ...]:
    """Return the heads of the manifest's terminal from the output of `central heads`."""
    terminal = (object_of(manifest) or {}).get("terminal")
    rows = (_ROW.match(line) for line in listed.splitlines())
    return tuple(row["head"] for row in rows if row is not None and row["terminal"] == terminal)


def describe() -> str:
    """Return the text of docs/handbook-audit.zh.md."""
    rows = "\n".join(
        f"| `{event.value}` | {one.meaning} | {ORIGINS[one.origin.value]} | {_names(one.fields)} |"
        for event, one in EVENTS.items()
    )
    return PAGE.format(rows=rows)


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
    said = object_of(manifest) or {}
    if said.get("format") != FORMAT:
        return ExportFault(0, "旁边的清单读不懂，请连同清单重新导出")
    held = (len(entries), head(entries[-1] if entries else None), digest(body))
    if held != (said.get("count"), said.get("head"), said.get("sha256")):
        words = f"清单说有 {said.get('count')} 条，文件里是 {len(entries)} 条，或者内容变了"
        return ExportFault(0, words)
    return None


def _against_witness(entries: Sequence[AuditEntry], witnessed: Iterable[str]) -> ExportFault | None:
    here = {head(entry) for entry in entries} | {head(None)}
    gone = sorted(int(one.partition(":")[0]) for one in witnessed if one not in here)
    if not gone:
        return None
    which = f"第 {gone[0]} 条" if len(gone) == 1 else f"第 {gone[0]} 条等 {len(gone)} 条"
    return ExportFault(0, f"中心见证过的{which}不在这里：后面少了，或者整条链被重写过")


PAGE = """\
# 审计记录说明

<!-- Made by `retirement-kiosk audit page`; a test compares. -->

每台终端把重要的事记成一条链：每一条都带着前一条的摘要，改一条、少一条、换个次序，后面就接不上。
记录里只有编号和数字，没有姓名、身份证号、银行账号。中心每次收到请求，都记下这条链走到了哪里，
一次也不删；终端每分钟把新的几条送给中心核一次，中心核完不留内容。所以从末尾删掉几条看得出来；
从中间抽掉一条、把后面重新接好、再添几条，也看得出来：中心有警报，导出以后也核得出。

| 事件 | 意思 | 谁做的 | 附带 |
|---|---|---|---|
{rows}

## 导出和核对

```sh
retirement-kiosk audit export 终端的设置.toml --to 审计.ndjson   # 旁边还有 审计.ndjson.manifest
retirement-kiosk audit verify 审计.ndjson --heads 见证.tsv
```

`见证.tsv` 向中心要，是 `central heads --all` 打印的；没有它，只能看出链本身有没有断。

核对通过时退出码是 0；不通过时是 1，并说明是第几行、怎么回事。
"""
