"""Forms are made again from what was signed: a changed fact or template is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from central.intake.recorded_facts import wrong_facts
from central.intake.signed_forms import FORMS_CHANGED, FORMS_WRONG, FormCheck
from kiosk.application.forms.definitions import read_form_definitions
from kiosk.crypto.envelope import canonical, digest
from kiosk.retirement.reading import read_catalogue
from kiosk.visit.step_parts.application_of_visit import application_of
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter, central, side
from tests.central.standing import NOON, Standing
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.kiosk.invented_people import CONFIG, InventedVisitor, handbook, persona

Document = dict[str, Any]
LIU_FACTS = persona("liu")[1]
CHECK = FormCheck(handbook().forms)
FIELDS = handbook().catalogue.fields

__all__ = ["central", "side"]  # fixtures


def signed() -> Document:
    visit = InventedVisitor(now=NOON).at_submitting().visit
    document: Document = json.loads(application_of(visit, handbook()).content)
    return document


def signed_anew(document: Document) -> Document:
    """Return the document with a digest that covers what stands in it now."""
    rest = {name: one for name, one in document.items() if name != "signature"}
    said = {**document["signature"], "signed_digest": digest(canonical(rest))}
    return {**rest, "signature": said}


def test_every_form_of_a_signed_application_is_named_and_found_unchanged() -> None:
    document = signed()
    assert set(document["forms"]["digests"]) == {"merged", "commitment", *document["services"]}
    assert CHECK.wrong_forms(document) is None


def change_account(document: Document) -> None:
    document["facts"]["account"]["value"] = "6200000000000999999"


def change_template(document: Document) -> None:
    document["forms"]["digests"]["R06"]["template"] = "0" * 64


def leave_out_a_form(document: Document) -> None:
    del document["forms"]["digests"]["commitment"]


def change_who_signed(document: Document) -> None:
    document["signature"]["by"] = "key"


@pytest.mark.parametrize(
    "tamper", [change_account, change_template, leave_out_a_form, change_who_signed]
)
def test_what_was_changed_after_signing_is_found(tamper: Callable[[Document], None]) -> None:
    document = signed()
    tamper(document)
    document = signed_anew(document)
    assert wrong_facts(document, FIELDS) is None, "the digest of the whole was made anew"
    assert CHECK.wrong_forms(document) is FORMS_CHANGED


@pytest.mark.parametrize(
    "forms", [None, [], {"version": 1, "digests": {}}, {"version": "x"}, {"digests": {}}]
)
def test_forms_that_are_not_named_as_they_should_be(forms: object) -> None:
    assert CHECK.wrong_forms(signed_anew({**signed(), "forms": forms})) is FORMS_WRONG


@pytest.mark.parametrize(
    "papers", [None, [1], [{"code": "P2"}], [{"code": "P99", "settled": "later", "pages": []}]]
)
def test_papers_that_no_terminal_names(papers: object) -> None:
    assert CHECK.wrong_forms(signed_anew({**signed(), "papers": papers})) is FORMS_WRONG


def test_forms_of_another_version_are_not_compared(tmp_path: Path) -> None:
    config = shutil.copytree(CONFIG, tmp_path / "config")
    words = config / "forms" / "words.toml"
    words.write_text(words.read_text("utf-8").replace("申请人签名", "申请人签字"), "utf-8")
    newer = FormCheck(read_form_definitions(config, read_catalogue(config)))
    assert newer.definitions.version != CHECK.definitions.version
    assert newer.wrong_forms(signed()) is None


def test_the_service_takes_the_forms_of_a_terminal_and_refuses_changed_ones(
    central: Standing, side: TerminalSide
) -> None:
    visitor = InventedVisitor(now=NOON).proved().happen(FactsKnown(LIU_FACTS))
    counter = Counter(central, side, visitor).file()
    envelope = central.office.store.cases.envelope_of(counter.id)
    assert envelope is not None
    document = central.document(envelope)
    assert central.opening.examiner.forms.wrong_forms(document) is None
    changed = json.loads(json.dumps(document))
    change_account(changed)
    assert central.opening.examiner.forms.wrong_forms(signed_anew(changed)) is FORMS_CHANGED
