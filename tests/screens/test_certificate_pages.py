"""A result whose certificate can be printed keeps the rules for pages, in every variant.

The gallery's search shows it in the size in which it was found, and other parts in other sizes.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.steps.progress.events import CertificateNotPrinted, CertificatePrinted
from screens.scene import Weight
from screens.shell import Shell
from tests.kiosk.visit.steps.progress.test_certificates import at_results
from tests.screens.conftest import LANDSCAPE, PORTRAIT
from tests.screens.drawn_pages import Drawn, drawn, findings, known, layout_findings
from wiring.gallery.drawing import Variant, variants

__all__ = ["drawn", "known"]  # fixtures
FAILURES = (
    Failure.CERTIFICATE_GONE,
    Failure.CERTIFICATE_TOO_LARGE,
    Failure.CENTRAL_UNREACHABLE,
    Failure.DOCUMENT_PRINTER_BLOCKED,
)


@pytest.mark.parametrize("way", variants(), ids=lambda way: str(way.name))
def test_every_page_about_a_certificate_keeps_the_rules(
    way: Variant, shell: Shell, drawn: Drawn, known: dict[Weight, frozenset[int]]
) -> None:
    panel = PORTRAIT if way.orientation == "portrait" else LANDSCAPE
    visitor = at_results()
    pages = [visitor.page]
    pages.append(visitor.press(Press.PRINT_CERTIFICATE).page)
    pages.append(visitor.happen(CertificatePrinted()).page)
    pages += [visitor.happen(CertificateNotPrinted(failure)).page for failure in FAILURES]
    pages.append(at_results(url="").page)
    for page in pages:
        shown = replace(page, view=way.view, banner="演示，数据都是编的")
        scene = drawn(shown, panel)
        assert list(findings(scene, way.view, panel, shell, known)) == []
        assert list(layout_findings(scene, shown, panel, shell.metrics)) == []
