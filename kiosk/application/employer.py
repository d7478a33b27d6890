"""Which employer the person says to have, as the answers of an application tell it."""

from __future__ import annotations

from collections.abc import Mapping

LISTED_UNIT, UNIT_CODE, UNIT_NAME = "unit", "unit_code", "unit_text"
"""Questions: the employer on the list; else its code as it was typed; its name as written."""


def is_employer_told(answers: Mapping[str, str]) -> bool:
    """Return whether the person named an employer by list, code or name."""
    return any(answers.get(field) for field in (LISTED_UNIT, UNIT_CODE, UNIT_NAME))


def employer_code(answers: Mapping[str, str]) -> str:
    """Return the unified social credit code of the employer, "" without one."""
    return answers.get(LISTED_UNIT) or answers.get(UNIT_CODE) or ""
