"""The merged form on A4: made in memory, given to the printer, and dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.application.forms.compiler import FormFailure, FormSigning
from kiosk.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.application.forms.form_library import FormLibrary
    from kiosk.form_case import FormCase, FormInk
    from kiosk.ports import DocumentPrinter


class FormPrinter:
    """`kiosk.visit_ports.PrintFormCopy`.

    `read_library` is called at the first form; `printer` takes the finished PDF.
    """

    def __init__(self, read_library: Callable[[], FormLibrary], printer: DocumentPrinter) -> None:
        self._read_library = read_library
        self._printer = printer

    def __call__(self, case: FormCase, ink: FormInk = ()) -> Failure | None:
        """Print one copy of the merged form of `case`, signed with the strokes `ink`.

        Returns why it was not printed.
        """
        library = self._read_library()
        made = library.compiler.make_pdf(library.contents.merged(case), FormSigning(ink))
        if isinstance(made, FormFailure):
            return Failure.FORM_NOT_MADE
        return self._printer.print_pdf(made)
