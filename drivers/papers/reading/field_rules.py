"""Fields of papers: which words stand before them, and what proves that they were read right."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class FieldCheck(StrEnum):
    """What proves a value; NONE is for values that only a person can confirm."""

    NONE = "none"
    ID_NUMBER = "id_number"  # GB 11643 check digit
    LUHN = "luhn"
    DATE = "date"
    CHOICE = "choice"  # one of a closed list


@dataclass(frozen=True)
class FieldRule:
    """One field of a paper.

    `labels` are the words that stand before the value; without any the first value in the whole
    text that passes the check counts.
    """

    name: str
    labels: tuple[str, ...] = ()
    check: FieldCheck = FieldCheck.NONE
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperRules:
    """The fields of one paper, and the words of which at least one stands on it.

    `others` are labels of fields that nobody needs: a value ends where one of them begins.
    """

    marks: tuple[str, ...]
    fields: tuple[FieldRule, ...]
    others: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Return all labels that stand on the paper."""
        return (*(label for rule in self.fields for label in rule.labels), *self.others)


def load_paper_rules(path: Path) -> Mapping[str, PaperRules]:
    """Return the rules of each paper by its code, from a TOML file.

    Raises OSError, ValueError (also of TOML) and KeyError when the file is wrong.
    """
    with path.open("rb") as file:
        papers = tomllib.load(file)
    return {code: _rules_of(members) for code, members in papers.items()}


def _rules_of(members: Mapping[str, Any]) -> PaperRules:
    fields = tuple(
        FieldRule(
            name,
            tuple(one.get("labels", ())),
            FieldCheck(one.get("check", "none")),
            tuple(one.get("choices", ())),
        )
        for name, one in members.get("fields", {}).items()
    )
    return PaperRules(tuple(members["marks"]), fields, tuple(members.get("others", ())))
