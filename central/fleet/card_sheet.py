"""The page of enrolment cards, to be printed and cut: whole in one file, nothing is loaded."""

from __future__ import annotations

import html
import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import segno

from kiosk.civil_time import to_civil
from kiosk.fleet.enrolment_card import payload_of
from kiosk.operator_texts import text_of, texts_of

if TYPE_CHECKING:
    from central.fleet.enrolment_cards import EnrolmentCard

LEVEL = "q"  # a quarter of the code may be dirty
STYLE = """
@page { size: A4; margin: 10mm }
body { margin: 0; font-family: sans-serif; display: grid; grid-template-columns: 1fr 1fr }
article { break-inside: avoid; border: 1px dashed #888; padding: 5mm; height: 58mm;
  display: grid; grid-template-columns: 38mm 1fr; column-gap: 5mm }
svg { width: 38mm; height: 38mm }
h2 { margin: 0; font-size: 18pt }
p { margin: 1mm 0; font-size: 10pt }
ol { margin: 1mm 0; padding-left: 5mm; font-size: 9pt }
footer { grid-column: 1 / 3; font-size: 8pt }
"""


def card_sheet(cards: Iterable[EnrolmentCard]) -> str:
    """Return the HTML page with all cards, eight on an A4 sheet."""
    words = texts_of("enrolment.card")
    body = "\n".join(_card(card, words) for card in cards)
    head = f"<meta charset=utf-8><title>{html.escape(words['title'])}</title>"
    return f"<!doctype html>{head}<style>{STYLE}</style>\n{body}\n"


def _card(card: EnrolmentCard, words: Mapping[str, str]) -> str:
    until = text_of("enrolment.card_until", until=f"{to_civil(card.until):%Y-%m-%d %H:%M}")
    steps = "".join(f"<li>{html.escape(words[name])}</li>" for name in ("scan", "digits", "wait"))
    place = html.escape(f"{card.planned.point} {card.place}".strip())
    return (
        f"<article>{_qr(payload_of(card.code))}"
        f"<div><h2>{html.escape(card.planned.terminal)}</h2><p>{place}</p><ol>{steps}</ol></div>"
        f"<footer>{html.escape(until)} {html.escape(words['secret'])}</footer></article>"
    )


def _qr(payload: str) -> str:
    drawn = io.BytesIO()
    segno.make(payload, error=LEVEL, micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=True
    )
    return drawn.getvalue().decode()
