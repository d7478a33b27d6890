"""The forms that the office of one service gets of a case, and those that it does not."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from central.vault.office_forms import OfficeForms, open_office_forms
from central.vault_port import OfficeForm, VaultRefusal
from kiosk.application.forms.compiler import form_engine
from kiosk.application.forms.definitions import read_form_definitions
from kiosk.retirement.reading import read_catalogue
from tests.central.standing import CONFIG
from tests.kiosk.application.forms.documents import document, proxy_document

CATALOGUE = read_catalogue(CONFIG)
PROMISED = "P2"  # the paper that the document has a promise for
ASKING = next(code for code, one in CATALOGUE.services.items() if PROMISED in one.materials)
OTHER = next(code for code, one in CATALOGUE.services.items() if PROMISED not in one.materials)


@pytest.fixture(scope="module")
def forms() -> OfficeForms:
    return open_office_forms(read_form_definitions(CONFIG, CATALOGUE))


def make(
    forms: OfficeForms, said: dict[str, Any], form: OfficeForm, service: str = ASKING
) -> bytes | VaultRefusal:
    """The form for the office of a service, whose view has the papers that it asks for."""
    materials = CATALOGUE.services[service].materials
    papers = [one for one in said["papers"] if one["code"] in materials]
    return forms.make(said, {"service": service, "papers": papers}, service, form)


def test_each_office_gets_the_form_of_its_service(forms: OfficeForms) -> None:
    for service in (ASKING, OTHER):
        made = make(forms, document(), OfficeForm.SERVICE, service)
        assert isinstance(made, bytes)
        assert made.startswith(b"%PDF")
    assert make(forms, document(services=[OTHER]), OfficeForm.SERVICE) is VaultRefusal.NO_FORM


def test_the_letter_of_commitment_is_for_who_asks_for_that_paper(forms: OfficeForms) -> None:
    assert isinstance(make(forms, document(), OfficeForm.COMMITMENT), bytes)
    assert make(forms, document(), OfficeForm.COMMITMENT, OTHER) is VaultRefusal.NO_FORM


def test_a_power_of_attorney_is_there_for_who_files_by_one(forms: OfficeForms) -> None:
    assert isinstance(make(forms, proxy_document(), OfficeForm.AUTHORITY), bytes)
    assert make(forms, document(), OfficeForm.AUTHORITY) is VaultRefusal.NO_FORM


def test_older_documents_have_no_forms(forms: OfficeForms) -> None:
    for form in OfficeForm:
        assert make(forms, document(version=2), form) is VaultRefusal.NO_FORM


def test_without_the_compiler_it_is_said_and_the_log_says_why(
    forms: OfficeForms, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    form_engine.cache_clear()
    try:
        assert make(forms, document(), OfficeForm.SERVICE) is VaultRefusal.NOT_MADE
    finally:
        form_engine.cache_clear()
    assert ASKING in caplog.text
