"""打印一份: the form that is looked at, on A4, where there is a printer."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from drivers.devices.documents.document_printer import IppPrinter, address_of
from drivers.devices.documents.form_printer import FormPrinter
from drivers.simulated.printer.document_printer import SimulatedDocumentPrinter
from kiosk.config.settings import DocumentPrinterSettings
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.effects import Cancel, PrintSlip
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.form_copies import FormNotPrinted, FormPrinted
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.form_copies import PrintForm
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.whole_form.events import DrawForm, FormDrawn
from tests.kiosk.invented_people import InventedVisitor, handbook
from wiring.forms import read_forms


def looking(url: str = "ipp://printer.invalid/ipp/print", pages: int = 2) -> InventedVisitor:
    book = handbook()
    settings = replace(book.settings, document_printer=DocumentPrinterSettings(url))
    visitor = InventedVisitor(table=build_table(replace(book, settings=settings)))
    return visitor.at_review().press(Press.WHOLE_FORM).happen(FormDrawn(1, pages))


def with_receipt(url: str = "ipp://printer.invalid/ipp/print") -> InventedVisitor:
    book = handbook()
    settings = replace(book.settings, document_printer=DocumentPrinterSettings(url))
    visitor = InventedVisitor(table=build_table(replace(book, settings=settings))).at_receipt()
    return visitor.happen(Printed())


def acts(visitor: InventedVisitor) -> list[Press]:
    return [one.act for one in visitor.page.choices]


def request(visitor: InventedVisitor) -> PrintForm:
    (found,) = (one for one in visitor.effects if isinstance(one, PrintForm))
    return found


def test_a_copy_is_printed_and_the_sheet_is_called_out() -> None:
    visitor = looking().press(Press.PRINT)
    assert visitor.page.sentence == "正在打印，请等一等。"
    assert acts(visitor) == [Press.DONE]
    with closing(SimulatedDocumentPrinter()) as printer:
        there = IppPrinter(address_of(printer.url))
        devices: Any = SimpleNamespace(print_form=FormPrinter(read_forms, there))
        wish = next(one for one in visitor.effects if isinstance(one, PrintForm))
        answer = wish.answer(devices, lambda: False)
        assert len(printer.documents) == 1
    visitor.happen(answer)
    assert visitor.page.sentence == "打好了，请拿走这张纸。"
    assert acts(visitor) == [Press.PRINT, Press.MORE, Press.DONE]


def test_what_is_printed_is_what_is_shown() -> None:
    visitor = looking()
    printing = request(visitor.press(Press.PRINT))
    visitor.happen(FormPrinted()).press(Press.MORE)
    drawing = next(one for one in visitor.effects if isinstance(one, DrawForm))
    assert printing.case == drawing.case


def test_a_printer_without_paper_is_told_and_the_visit_goes_on() -> None:
    visitor = looking().press(Press.PRINT).happen(FormNotPrinted(Failure.DOCUMENT_PAPER_OUT))
    assert visitor.page.sentence == "打印机没纸了，不影响交，请点帮忙。"
    assert visitor.page.mend
    assert Press.PRINT in acts(visitor)
    assert visitor.press(Press.DONE).visit.stage is Stage.REVIEW


def test_nothing_drops_the_printer_s_answer() -> None:
    visitor = looking().press(Press.PRINT)
    for press in (Press.PRINT, Press.MORE, Press.LARGER, Press.CONTRAST):
        visitor.press(press)
        assert not any(isinstance(one, Cancel | PrintForm) for one in visitor.effects)
    assert visitor.happen(FormPrinted()).page.sentence == "打好了，请拿走这张纸。"
    assert (
        visitor.press(Press.BACK).press(Press.WHOLE_FORM).page.sentence != "打好了，请拿走这张纸。"
    )


def test_without_a_printer_there_is_nothing_to_press() -> None:
    visitor = looking("", pages=1)
    assert acts(visitor) == [Press.DONE]
    assert not any(isinstance(one, PrintForm) for one in visitor.press(Press.PRINT).effects)


def test_the_receipt_offers_the_signed_form_on_a4() -> None:
    visitor = with_receipt().press(Press.PRINT)
    assert visitor.page.sentence == "正在打印，请等一等。"
    assert acts(visitor) == [Press.PLAN, Press.DONE]
    wish = request(visitor)
    signature = visitor.visit.signature
    assert (wish.ink, wish.case.signed_by) == (signature.ink, "finger")
    assert wish.case.confirmed_at == signature.confirmed_at
    with closing(SimulatedDocumentPrinter()) as printer:
        there = IppPrinter(address_of(printer.url))
        devices: Any = SimpleNamespace(print_form=FormPrinter(read_forms, there))
        visitor.happen(wish.answer(devices, lambda: False))
        (signed,) = printer.documents
    library = read_forms()
    unsigned = library.compiler.make_pdf(library.contents.merged(wish.case))
    assert isinstance(unsigned, bytes)
    assert len(signed) > len(unsigned), "with the strokes"
    assert visitor.page.sentence == "打好了，请拿走这张纸。"
    assert acts(visitor) == [Press.PRINT, Press.PLAN, Press.DONE]


def test_the_receipt_tells_why_no_form_was_printed_and_goes_on() -> None:
    visitor = with_receipt().press(Press.PRINT)
    assert not any(isinstance(one, PrintForm) for one in visitor.press(Press.PRINT).effects)
    visitor.happen(FormNotPrinted(Failure.DOCUMENT_PAPER_OUT))
    assert visitor.page.sentence == "打印机没纸了，不影响交，请点帮忙。"
    assert Press.PRINT in acts(visitor)
    assert visitor.press(Press.DONE).visit.stage is Stage.RATING


def test_the_slip_is_not_printed_anew_while_the_form_is() -> None:
    visitor = with_receipt().press(Press.PRINT).happen(PrintFailed(Failure.PAPER_OUT))
    assert visitor.press(Press.TRY_AGAIN).effects == ()
    visitor.happen(FormPrinted()).press(Press.TRY_AGAIN)
    assert any(isinstance(one, PrintSlip) for one in visitor.effects)


def test_without_a_printer_the_receipt_offers_no_form() -> None:
    assert Press.PRINT not in acts(with_receipt(""))
