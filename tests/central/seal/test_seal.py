"""The e-seal: made by a command, put on every form, found broken by any change."""

from __future__ import annotations

import io
import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator.context import ValidationContext

import main
from central.keys.certificates import to_pem
from central.keys.seal_keys import SealKeys, make_seal, open_seal
from central.policy import SealPolicy
from central.seal.pades import PadesSeal
from central.seal.seal_check import check_seal
from central.seal.values import SealState
from kiosk.application.forms.compiler import FormSigning
from kiosk.application.forms.document_case import case_of
from kiosk.application.forms.form_library import read_form_library
from kiosk.crypto.envelope import canonical
from kiosk.retirement.reading import read_catalogue
from tests.central.intake.test_promised_dates import central, side
from tests.central.standing import CONFIG, NOON
from tests.central.test_form_commands import WHO, delivered, where
from tests.kiosk.application.forms.documents import ASSETS, document

__all__ = ["central", "delivered", "side"]  # fixtures

POLICY = SealPolicy(authority_days=7300, certificate_days=3650)
NAME = "Test office"


@pytest.fixture(scope="module")
def form() -> bytes:
    library = read_form_library(CONFIG, ASSETS, read_catalogue(CONFIG))
    said = document()
    made = library.compiler.make_pdf(
        library.contents.merged(case_of(said)), FormSigning(attached=canonical(said))
    )
    assert isinstance(made, bytes)
    return made


@pytest.fixture
def keys(tmp_path: Path) -> SealKeys:
    made = make_seal(tmp_path, NAME, POLICY, NOON)
    assert made is not None
    return made


def sealed(form: bytes, keys: SealKeys) -> bytes:
    return PadesSeal(keys.authority, keys.certificate, keys.key, "seal").seal(form, NOON)


def state(pdf: bytes, keys: SealKeys, days: int = 0) -> SealState:
    reader = PdfFileReader(io.BytesIO(pdf))
    return check_seal(reader, to_pem(keys.authority), NOON + timedelta(days=days))


def validated(pdf: bytes, authority: bytes) -> object:
    """What pyHanko's own validator says, with the authority as the only root."""
    _, _, der = pem.unarmor(authority)
    roots = [asn1_x509.Certificate.load(der)]
    trusted = ValidationContext(trust_roots=roots, moment=NOON, allow_fetching=False)
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(found, trusted)


def test_the_seal_is_made_once_and_its_keys_are_for_the_owner_alone(tmp_path: Path) -> None:
    assert open_seal(tmp_path) is None
    made = make_seal(tmp_path, NAME, POLICY, NOON)
    assert made is not None
    assert make_seal(tmp_path, "another", POLICY, NOON) is None
    again = open_seal(tmp_path)
    assert again is not None
    assert (again.certificate, again.authority) == (made.certificate, made.authority)
    again.certificate.verify_directly_issued_by(again.authority)
    usage = again.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.content_commitment, usage.key_cert_sign) == (True, False)
    for path in (tmp_path / "seal").glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_sealed_form_passes_pyhanko_s_own_validator(form: bytes, keys: SealKeys) -> None:
    found = validated(sealed(form, keys), to_pem(keys.authority))
    assert found.bottom_line  # type: ignore[attr-defined]
    assert found.signer_reported_dt == NOON.replace(microsecond=0)  # type: ignore[attr-defined]
    assert found.signing_cert.subject.native == {"common_name": NAME}  # type: ignore[attr-defined]


def test_the_bytes_before_the_seal_stay_as_they_were(form: bytes, keys: SealKeys) -> None:
    assert sealed(form, keys).startswith(form)


def test_a_sealed_form_still_says_and_keeps_what_pdf_a_asks_for(
    form: bytes, keys: SealKeys
) -> None:
    """ISO 19005-3 §6.3 and §6.6 of what the seal adds; no validator is in any registry."""
    reader = PdfFileReader(io.BytesIO(sealed(form, keys)))
    xmp = reader.root["/Metadata"].data.decode()
    assert re.search(r"pdfaid:part[=>\"]+3", xmp)
    assert re.search(r"pdfaid:conformance[=>\"]+A", xmp)
    assert "/OutputIntents" in reader.root
    assert reader.root["/MarkInfo"]["/Marked"]
    (field,) = reader.root["/AcroForm"]["/Fields"]
    widget = field.get_object()
    assert widget["/F"] & 0b100, "printed"
    assert not widget["/F"] & 0b100011, "neither invisible, hidden nor out of view"
    assert widget["/Rect"][0] == widget["/Rect"][2], "without a size it needs no appearance"
    assert widget["/TU"] == "seal"
    assert re.search(r"pdfuaid:part[=>\"]+1", xmp)
    before = PdfFileReader(io.BytesIO(form))
    assert reader.root["/Metadata"].data == before.root["/Metadata"].data
    assert reader.trailer["/Info"] == before.trailer["/Info"], "§6.6.3: the same in both"


def test_each_changed_byte_and_what_is_added_later_break_the_seal(
    form: bytes, keys: SealKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sealed(form, keys)
    assert state(whole, keys) is SealState.HOLDS
    for at in range(len(form) // 7, len(form) - 2000, len(form) // 7):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        assert state(changed, keys) is SealState.BROKEN, at
    assert state(whole + b"\n% more\n", keys) is SealState.BROKEN
    monkeypatch.setattr("central.seal.pades.FIELD", "Second")
    assert state(sealed(whole, keys), keys) is SealState.BROKEN, "a second signature"


def test_a_seal_of_another_authority_is_told_apart(
    form: bytes, keys: SealKeys, tmp_path: Path
) -> None:
    other = make_seal(tmp_path / "other", NAME, POLICY, NOON)
    assert other is not None
    assert state(sealed(form, other), keys) is SealState.STRANGE
    assert state(form, keys) is SealState.ABSENT


def test_a_seal_counts_as_long_as_its_certificate(form: bytes, keys: SealKeys) -> None:
    whole = sealed(form, keys)
    assert state(whole, keys, days=3649) is SealState.HOLDS
    assert state(whole, keys, days=3651) is SealState.STRANGE


def test_every_form_of_a_service_with_a_seal_bears_it(
    delivered: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["central", "seal", "init", "--name", NAME, *where(tmp_path)]) == 0
    authority = Path(capsys.readouterr().out.strip()).read_bytes()
    out = tmp_path / "forms"
    command = ["central", "forms", delivered, "--out", str(out), *WHO, *where(tmp_path)]
    assert main.main(command) == 0
    _, *rows = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert {row[2] for row in rows} == {"sealed"}
    made = _certificate_of(authority)
    for file in out.iterdir():
        reader = PdfFileReader(io.BytesIO(file.read_bytes()))
        assert check_seal(reader, authority, made.not_valid_before_utc + timedelta(days=2)) is (
            SealState.HOLDS
        )
    assert main.main(["central", "seal", "init", *where(tmp_path)]) == 1
    assert "has an e-seal" in capsys.readouterr().err


def _certificate_of(content: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(content)
