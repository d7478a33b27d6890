"""The fields of a result on the form of finishing, by the kinds that a service has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kiosk.application.service_result import ResultKind

if TYPE_CHECKING:
    from central.web.forms import Form
    from kiosk.application.service_result import ResultContent

_YUAN = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?")
FEN_DIGITS, FEN = 2, 100
FIELDS: Mapping[ResultKind, Mapping[str, str]] = {
    ResultKind.CERTIFICATE: {"number": "text"},
    ResultKind.AMOUNT: {"fen": "yuan", "month": "month"},
    ResultKind.PAYMENT: {"code": "text", "fen": "yuan", "due_on": "date"},
    ResultKind.APPOINTMENT: {"place": "text", "at": "datetime-local"},
}
"""Members of each kind with the kind of their field: that of HTML, or "yuan"."""


def field_name(kind: ResultKind, member: str) -> str:
    """Return the name of a field in the form."""
    return f"{kind.value}-{member}"


def said_result(form: Form, kinds: tuple[ResultKind, ...]) -> dict[str, Any]:
    """Return what a form says as the JSON that an office's system would send.

    A kind of which nothing was typed is left out. What can't be read stays as it was typed, so that
    `central.results.reading` names it.
    """
    found: dict[str, Any] = {}
    for kind in kinds:
        members = {name: typed(form, field_name(kind, name)) for name in FIELDS[kind]}
        if any(members.values()):
            found[kind.value] = {
                name: _READERS[FIELDS[kind][name]](said) for name, said in members.items()
            }
    return found


def typed(form: Form, name: str) -> str:
    """Return what was typed into the field `name`, with single spaces."""
    return " ".join(form.get(name, "").split())


def result_lines(content: ResultContent, words: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a result says, as labels with values for who confirms it.

    `words`: table `act` of config/texts/web.toml.
    """
    lines = []
    for kind, said in content.record().items():
        for member, value in said.items():
            label = words["fields"].get(f"{kind}-{member}")
            if label is not None:
                lines.append((label, _shown(member, value, words)))
    return lines


def _shown(member: str, value: Any, words: Mapping[str, Any]) -> str:
    if member == "fen":
        return f"{value // FEN:,}.{value % FEN:02}"
    if isinstance(value, list):
        said = (words["remedies"][one["kind"]].format(**one) for one in value)
        return str(words["told"]["end"].join(said))
    return str(value).replace("T", " ") if member == "at" else str(value)


def _fen(said: str) -> int | str:
    match = _YUAN.fullmatch(said.replace(",", ""))
    if match is None:
        return said
    whole, part = match[1], (match[2] or "").ljust(FEN_DIGITS, "0")
    return int(whole + part)


_READERS: Mapping[str, Callable[[str], int | str]] = {
    "yuan": _fen,
    **dict.fromkeys(("text", "month", "date", "datetime-local"), str),
}
