"""Verification of a form as PDF: one changed fact, template or page is found, and bad files."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

import main
from central.keys.certificates import to_pem
from central.keys.seal_keys import open_seal
from central.policy import read_policy
from central.seal.form_reader import FormReader
from central.seal.form_records import check_key, code_mark, form_records
from central.seal.values import FileTrouble
from central.verification import FormFindings, FormPart, FormVerdict, FormVerification, PartVerdict
from kiosk.application.forms.check_code import check_code, check_secret
from kiosk.application.forms.compiler import FormCompiler, FormSigning
from kiosk.application.forms.document_case import case_of
from kiosk.application.forms.form_library import FormLibrary, read_form_library
from kiosk.application.forms.template import FormTemplates
from kiosk.civil_time import civil_now
from kiosk.crypto.envelope import canonical
from kiosk.font_coverage import read_coverage
from kiosk.retirement.reading import read_catalogue
from tests.central.intake.test_promised_dates import central, side
from tests.central.standing import CONFIG, Standing
from tests.central.test_form_commands import LIU_FACTS, WHO, delivered, where
from tests.kiosk.application.forms.documents import ASSETS

__all__ = ["central", "delivered", "side"]  # fixtures

PAGES = "https://forms.example.invalid"
POLICY = replace(read_policy(CONFIG / "central.toml").check, seconds=3600.0)  # no test is of time
HOLDS, BROKEN, ABSENT, UNKNOWN = PartVerdict
MERGED = "merged"
ALL_HOLD = dict.fromkeys(FormPart, HOLDS)
Document = dict[str, Any]


@pytest.fixture(scope="module")
def library() -> FormLibrary:
    return read_form_library(CONFIG, ASSETS, read_catalogue(CONFIG))


class Files:
    """The forms of one application as they were handed out, sealed, and what verifies them."""

    def __init__(self, central: Standing, application: str, folder: Path) -> None:
        self.central, self.application, self.folder = central, application, folder

    def hand_out(self, *more: str) -> dict[str, bytes]:
        out = self.folder / "forms"
        command = ["central", "forms", self.application, "--out", str(out), "--pages", PAGES]
        assert main.main([*command, *more, *WHO, *where(self.folder)]) == 0
        return {file.stem: file.read_bytes() for file in out.iterdir()}

    def document(self) -> Document:
        envelope = self.central.office.store.cases.envelope_of(self.application)
        assert envelope is not None
        return json.loads(canonical(self.central.document(envelope)))

    def verify(self, pdf: bytes, **limits: Any) -> FormFindings | FileTrouble:
        keys = open_seal(self.central.keys.folder)
        reader = FormReader(replace(POLICY, **limits), to_pem(keys.authority) if keys else b"")
        records = self.central.office.store.form_records
        return FormVerification(reader, records).verify(pdf, civil_now())

    def parts(self, pdf: bytes) -> dict[FormPart, PartVerdict]:
        found = self.verify(pdf)
        assert isinstance(found, FormFindings), found
        return dict(found.parts)

    def command(self, file: Path, *more: str) -> int:
        return main.main(["central", "verify", str(file), *where(self.folder), *more])


@pytest.fixture
def files(central: Standing, delivered: str, tmp_path: Path) -> Files:
    return Files(central, delivered, tmp_path)


@pytest.fixture
def sealing(files: Files) -> Files:
    assert main.main(["central", "seal", "init", *where(files.folder)]) == 0
    return files


def signing(document: Document) -> FormSigning:
    strokes = document["signature"]["strokes"]
    ink = tuple(tuple((x, y, at) for x, y, at in line) for line in strokes)
    code = check_code(check_secret(canonical(document)), MERGED)
    return FormSigning(ink, (), f"{PAGES}/c/{code}", canonical(document))


def made(library: FormLibrary, document: Document, **changed: Any) -> bytes:
    compiler = changed.get("compiler", library.compiler)
    pdf = compiler.make_pdf(library.contents.merged(case_of(document)), signing(document))
    assert isinstance(pdf, bytes)
    return pdf


def test_what_was_handed_out_holds_with_and_without_a_seal(
    files: Files, library: FormLibrary
) -> None:
    plain = files.hand_out()
    for name, pdf in plain.items():
        found = files.verify(pdf)
        assert isinstance(found, FormFindings), (name, found)
        assert found.parts == {**ALL_HOLD, FormPart.SEAL: UNKNOWN}, name
        assert found.verdict is FormVerdict.GENUINE
    assert plain[MERGED] == made(library, files.document()), "tampering below starts from here"
    assert main.main(["central", "seal", "init", *where(files.folder)]) == 0
    for name, pdf in files.hand_out().items():
        assert files.parts(pdf) == ALL_HOLD, name
    assert files.parts(plain[MERGED]) == {**ALL_HOLD, FormPart.SEAL: ABSENT}


def test_one_changed_fact_is_found(sealing: Files, library: FormLibrary) -> None:
    control = sealing.hand_out()[MERGED]
    document = sealing.document()
    document["facts"]["account"]["value"] = "6200000000000999999"
    assert sealing.parts(made(library, document)) == {
        FormPart.DIGEST: BROKEN,
        FormPart.PAGES: BROKEN,
        FormPart.ATTACHED: BROKEN,
        FormPart.SIGNATURE: BROKEN,
        FormPart.SEAL: ABSENT,
    }
    assert sealing.parts(control) == ALL_HOLD


def test_one_changed_template_is_found(sealing: Files, library: FormLibrary) -> None:
    control = sealing.hand_out()[MERGED]
    templates = dict(library.compiler._templates.by_name)
    source = templates[MERGED].source.replace(b"size: 9pt", b"size: 8pt")
    assert source != templates[MERGED].source
    templates[MERGED] = replace(templates[MERGED], source=source)
    other = FormCompiler(FormTemplates(templates), ASSETS / "fonts", read_coverage(ASSETS))
    changed = made(library, sealing.document(), compiler=other)
    assert sealing.parts(changed) == {
        **ALL_HOLD,
        FormPart.DIGEST: BROKEN,
        FormPart.PAGES: BROKEN,
        FormPart.SEAL: ABSENT,
    }
    assert sealing.parts(control) == ALL_HOLD


def with_changed_page(pdf: bytes) -> bytes:
    """Draw a bar over the first page, as an editor of PDF does, and leave the rest as it is."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    bar = writer.add_object(StreamObject(stream_data=b"q 1 g 60 700 300 12 re f Q"))
    page["/Contents"] = ArrayObject([page.raw_get("/Contents"), bar])
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_one_changed_page_is_found(sealing: Files) -> None:
    control = sealing.hand_out()[MERGED]
    broken = {**ALL_HOLD, FormPart.PAGES: BROKEN, FormPart.SEAL: BROKEN}
    assert sealing.parts(with_changed_page(control)) == broken
    unsealed = control[: control.index(b"%%EOF") + 5]
    assert sealing.parts(unsealed) == {**ALL_HOLD, FormPart.SEAL: ABSENT}
    without_seal = {**ALL_HOLD, FormPart.PAGES: BROKEN, FormPart.SEAL: ABSENT}
    assert sealing.parts(with_changed_page(unsealed)) == without_seal
    assert sealing.parts(control) == ALL_HOLD


def test_one_changed_byte_of_a_page_is_found(sealing: Files) -> None:
    control = sealing.hand_out()[MERGED]
    at = control.index(b"stream", 2000) + 40
    changed = control[:at] + bytes([control[at] ^ 1]) + control[at + 1 :]
    found = sealing.verify(changed)
    assert not isinstance(found, FormFindings) or found.parts[FormPart.PAGES] is BROKEN


def encrypted(pdf: bytes) -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf)))
    writer.encrypt("owner", "user")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def of_another_system(pdf: bytes) -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf)))
    del writer.root["/AF"]
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


BAD: tuple[tuple[Callable[[bytes], bytes], FileTrouble, str], ...] = (
    (lambda _: b"", FileTrouble.NOT_PDF, "no PDF"),
    (lambda _: b"PK\x03\x04 a word file", FileTrouble.NOT_PDF, "no PDF"),
    (lambda _: bytes(200 * 1024 * 1024), FileTrouble.TOO_LARGE, "larger than any form"),
    (encrypted, FileTrouble.ENCRYPTED, "password"),
    (lambda pdf: pdf[: len(pdf) // 2], FileTrouble.DAMAGED, "damaged"),
    (lambda _: b"%PDF-1.7\n%%EOF", FileTrouble.DAMAGED, "damaged"),
    (of_another_system, FileTrouble.FOREIGN, "no form of this service"),
)


@pytest.mark.parametrize(("spoil", "trouble", "words"), BAD)
def test_a_bad_file_is_named_with_its_cure(
    sealing: Files,
    spoil: Callable[[bytes], bytes],
    trouble: FileTrouble,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoiled = spoil(sealing.hand_out("--service", "R07")["R07"])
    assert sealing.verify(spoiled) is trouble
    file = sealing.folder / "given.pdf"
    file.write_bytes(spoiled)
    capsys.readouterr()
    assert sealing.command(file) == 1
    assert words in capsys.readouterr().err


def test_a_form_of_an_application_that_never_came_is_foreign(
    files: Files, library: FormLibrary
) -> None:
    document = files.document() | {"id": "0192f0c1-0000-7000-8000-0000000000ff"}
    assert files.verify(made(library, document)) is FileTrouble.FOREIGN


def test_a_file_that_takes_too_much_is_given_up(sealing: Files) -> None:
    pdf = sealing.hand_out("--service", "R07")["R07"]
    assert sealing.verify(pdf, seconds=0.001) is FileTrouble.TOO_SLOW
    assert sealing.verify(pdf, memory_bytes=16 * 1024 * 1024) is FileTrouble.DAMAGED
    assert sealing.verify(pdf, at_once=0) is FileTrouble.BUSY


def test_the_command_makes_the_form_again_and_says_when_its_template_is_gone(
    sealing: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sealing.hand_out()
    file = tmp_path / "forms" / "merged.pdf"
    capsys.readouterr()
    assert sealing.command(file) == 0
    told = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert told["whole"] == "genuine"
    assert told["remade"] == "holds"
    assert told["form"] == MERGED
    config = shutil.copytree(CONFIG, tmp_path / "config")
    words = config / "forms" / "words.toml"
    words.write_text(words.read_text("utf-8").replace("申请人签名", "申请人签字"), "utf-8")
    assert sealing.command(file, "--config", str(config)) == 0
    told = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert told["remade"] == "other-version"
    file.write_bytes(with_changed_page(file.read_bytes()))
    assert sealing.command(file) == 1
    assert "whole\tchanged" in capsys.readouterr().out


def test_records_hold_no_fact_and_no_code(files: Files, central: Standing) -> None:
    """The bytes of what is kept, after forms were handed out and verified."""
    document = files.document()
    pdf = files.hand_out()[MERGED]
    files.parts(pdf)
    store = central.office.store.form_records
    record = store.find(files.application, MERGED)
    assert record is not None
    code = check_code(check_secret(canonical(document)), MERGED)
    key = check_key(central.opening.examiner.person_key)
    assert store.find_marked(code_mark(key, code)) == record
    assert store.find_marked(code_mark(key, "0" * 20)) is None
    kept = repr([record.__dict__, *(vars(one) for one in store.issued(files.application, MERGED))])
    person = document["applicant"]
    for secret in (code, person["name"], person["number"], LIU_FACTS.account):
        assert secret not in kept


def test_an_application_from_before_gets_its_records_when_its_forms_are_made(
    files: Files, central: Standing
) -> None:
    from central.store.form_tables import FormRecordRow

    def forget(session: Any) -> None:
        for row in session.query(FormRecordRow).all():
            session.delete(row)

    central.office.store.database.write(forget)
    pdf = files.hand_out("--service", "R07")["R07"]
    assert files.parts(pdf)[FormPart.PAGES] is HOLDS


@pytest.mark.parametrize(
    "changed",
    [
        {"forms": None},
        {"forms": {"digests": {"merged": 1}}},
        {"forms": {"digests": {"merged": {"template": "x", "data": "y"}}}},
        {"forms": {"digests": {"../../etc": {"template": "0" * 64, "data": "0" * 64}}}},
        {"forms": {"digests": {f"R{at}": {} for at in range(99)}}},
        {"views": []},
        {"confirmed_at": 1},
    ],
)
def test_what_no_terminal_says_has_no_record(files: Files, changed: Document) -> None:
    assert form_records(files.document() | changed, b"key") == ()
