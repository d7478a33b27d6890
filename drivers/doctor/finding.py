"""A finding of the doctor, its level, and the output as a table or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from kiosk.failures import Failure
from kiosk.operator_texts import text_of, texts_of


class FindingLevel(StrEnum):
    """The level of a finding; a WARNING does not keep the terminal from serving people."""

    GOOD = "good"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    `what` was looked at, in Chinese; `seen` is the evidence; no `cure` when all is well. `failure`:
    it is one of the known failures, and the cure its own.
    """

    what: str
    verdict: FindingLevel
    seen: str
    cure: str = ""
    failure: Failure | None = None


def good(what: str, seen: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(what, FindingLevel.GOOD, seen)


def fault(what: str, seen: str, cure: str) -> Finding:
    """Return a finding that keeps the terminal from being ready.

    `what` was looked at, `seen` there, and its `cure`: as in `Finding`.
    """
    return Finding(what, FindingLevel.FAULT, seen, cure)


def warning(what: str, seen: str, cure: str) -> Finding:
    """Return a finding that somebody should look at.

    `what` was looked at, `seen` there, and its `cure`: as in `Finding`.
    """
    return Finding(what, FindingLevel.WARNING, seen, cure)


def is_ready(findings: Iterable[Finding]) -> bool:
    """Tell whether nothing keeps the terminal from serving people."""
    return all(one.verdict is not FindingLevel.FAULT for one in findings)


def as_table(findings: tuple[Finding, ...]) -> str:
    """Return a line for each finding, with its cure below."""
    lines, marks = [], texts_of("doctor.marks")
    for one in findings:
        lines.append(f"{marks[one.verdict]}　{one.what}：{one.seen}")
        lines += [f"　　　→ {one.cure}"] if one.cure else []
    lines.append(text_of("doctor.ready") if is_ready(findings) else text_of("doctor.not_ready"))
    return "\n".join(lines)


def as_json(findings: tuple[Finding, ...]) -> str:
    """Return the findings as JSON, for programs."""
    told = {"ready": is_ready(findings), "findings": [asdict(one) for one in findings]}
    return json.dumps(told, ensure_ascii=False, indent=1)
