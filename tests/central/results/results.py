"""Results of services for tests: what invented offices say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from central.tasks import TaskMove, TaskState
from kiosk.application.service_result import ResultContent, parse_result

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n(certificate 4711)\nendobj\n%%EOF\n"
NUMBER = "TXZ 2026 1130 0001"
REASON = "两处的生日不一样，请先到派出所"
CONTENTS: dict[str, dict[str, Any]] = {
    "certificate": {"number": NUMBER},
    "amount": {"fen": 321_540, "month": "2027-01", "monthly": True},
    "payment": {"code": "3416000012345678", "fen": 1_284_000, "due_on": "2027-01-15"},
    "appointment": {"place": "市民中心三号窗口", "at": "2026-12-08T09:30"},
    "refusal": {
        "reason": REASON,
        "law": "社会保险法 第十六条",
        "remedies": [
            {"kind": "review", "body": "亳州市人民政府", "days": 60},
            {"kind": "lawsuit", "body": "谯城区人民法院", "days": 181},
        ],
    },
}


def result(*kinds: str, file: bytes = b"") -> ResultContent:
    """The content of these kinds."""
    return replace(parse_result({kind: CONTENTS[kind] for kind in kinds}), file=file)


def move(*kinds: str, file: bytes = b"") -> TaskMove:
    """The end of a service with content; with a refusal, refused."""
    end = TaskState.REFUSED if "refusal" in kinds else TaskState.DONE
    reason = REASON if end is TaskState.REFUSED else ""
    return TaskMove(end, reason, result=result(*kinds, file=file))
