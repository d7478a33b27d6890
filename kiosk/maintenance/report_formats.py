"""The readiness report as text, JSON, HTML for A4, and a printed slip."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from html import escape
from typing import Any
from unicodedata import east_asian_width

from kiosk.civil_time import to_civil
from kiosk.maintenance.readiness_report import LineState, Sheet, SheetLine
from kiosk.slip import Size, Slip, SlipLine

WIDE = frozenset("FWA")
STYLE = """\
@page { size: A4; margin: 15mm }
body { font: 11pt/1.5 "Noto Sans SC", sans-serif; color: #000 }
h1 { font-size: 20pt; margin: 0 0 4mm }
table { border-collapse: collapse; width: 100% }
td { border-bottom: .3mm solid #888; padding: 1.5mm 2mm; vertical-align: top }
td:first-child { font-weight: bold; white-space: nowrap }
.cure { display: block }
footer { margin-top: 12mm }"""


@dataclass(frozen=True)
class Forms:
    """Writer of readiness reports; `words` is config/texts/upkeep.toml."""

    words: Mapping[str, Any]

    def as_json(self, sheet: Sheet) -> str:
        """Return the report as JSON for programs."""
        told = asdict(sheet) | {"at": sheet.at.isoformat(timespec="seconds"), "state": sheet.state}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"

    def as_text(self, sheet: Sheet) -> str:
        """Return the report as text: each subject, its cure below, and the verdict."""
        lines = [self._head("title"), *self._facts(sheet), ""]
        for one in sheet.lines:
            lines.append(f"{self._state(one)}　{one.subject}：{one.evidence}")
            lines += [f"　　　→ {one.cure}"] if one.cure else []
        return "\n".join([*lines, "", self.verdict(sheet)]) + "\n"

    def as_html(self, sheet: Sheet) -> str:
        """Return the report as a document that prints on A4."""
        facts = "".join(f"<p>{escape(one)}</p>" for one in self._facts(sheet))
        rows = "\n".join(self._row(one) for one in sheet.lines)
        title, verdict, sign = (
            escape(one) for one in (self._head("title"), self.verdict(sheet), self._head("sign"))
        )
        return (
            f'<!doctype html>\n<html lang="zh"><meta charset="utf-8"><title>{title}</title>\n'
            f"<style>\n{STYLE}\n</style>\n<h1>{title}</h1>\n{facts}\n<h2>{verdict}</h2>\n"
            f"<table>\n{rows}\n</table>\n<footer>{sign}</footer>\n</html>\n"
        )

    def as_slip(self, sheet: Sheet, columns: int) -> Slip:
        """Return the report as a slip, `columns` half-width characters wide.

        Of what is in order it has only the name.
        """
        return Slip(tuple(self._parts(sheet, columns)))

    def verdict(self, sheet: Sheet) -> str:
        """Return the verdict in words: ready, nearly, or not ready."""
        name = {LineState.GREEN: "ready", LineState.AMBER: "nearly", LineState.RED: "not_ready"}[
            sheet.state
        ]
        counts = {state.value: len(sheet.of(state)) for state in LineState}
        return self._head(name).format(**counts)

    def _facts(self, sheet: Sheet) -> tuple[str, ...]:
        known = {
            "terminal": sheet.terminal,
            "point": sheet.point,
            "version": sheet.version,
            "profile": self.words["profiles"][sheet.profile],
            "at": f"{to_civil(sheet.at):%Y-%m-%d %H:%M}",
        }
        return tuple(self._head(name).format(**known) for name in ("terminal", "version", "at"))

    def _parts(self, sheet: Sheet, columns: int) -> Iterator[SlipLine]:
        rule = SlipLine("-" * columns)
        yield SlipLine(self._head("title"), Size.LARGE, centred=True)
        for one in self._facts(sheet):
            yield from _wrapped(one, columns)
        yield from (rule, *_wrapped(self.verdict(sheet), columns), rule)
        for line in sheet.lines:
            if line.state is LineState.GREEN:
                yield from _wrapped(f"{self._state(line)} {line.subject}", columns)
                continue
            yield from _wrapped(f"{self._state(line)} {line.subject}：{line.evidence}", columns)
            yield from _wrapped(self._head("cure").format(cure=line.cure), columns)
        yield from (rule, SlipLine(self._head("sign")), SlipLine())

    def _row(self, line: SheetLine) -> str:
        cure = f'<span class="cure">→ {escape(line.cure)}</span>' if line.cure else ""
        cells = (self._state(line), escape(line.subject), escape(line.evidence) + cure)
        return "<tr>" + "".join(f"<td>{one}</td>" for one in cells) + "</tr>"

    def _state(self, line: SheetLine) -> str:
        return str(self.words["states"][line.state])

    def _head(self, name: str) -> str:
        return str(self.words["head"][name])


def _wrapped(text: str, columns: int) -> Iterator[SlipLine]:
    """Yield lines of at most `columns` half-width characters."""
    line, width = "", 0
    for sign in text:
        wide = 2 if east_asian_width(sign) in WIDE else 1
        if width + wide > columns:
            yield SlipLine(line)
            line, width = "", 0
        line, width = line + sign, width + wide
    yield SlipLine(line)
