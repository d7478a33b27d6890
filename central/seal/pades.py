"""E-seals by PAdES (ETSI EN 319 142-1, level B-B), the reference behind the port `FormSeal`.

The seal is an incremental update: the bytes before it stay as they were, so that a form can still
be compared with the one that is made again. It has no appearance on the page.
"""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

FIELD = "Seal"
DIGEST = "sha256"


class PadesSeal:
    """Seals forms with a key in this process's memory."""

    def __init__(
        self,
        authority: x509.Certificate,
        certificate: x509.Certificate,
        key: ec.EllipticCurvePrivateKey,
        label: str,
    ) -> None:
        """Keep the `key` of `certificate`, which `authority` issued; both go into each seal.

        `label` is what programs read aloud as the name of the seal's field.
        """
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        issuers = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        issuers.register(_certificate(authority))
        self._signer = SimpleSigner(
            signing_cert=_certificate(certificate),
            signing_key=load_private_key_from_pemder_data(der, None),
            cert_registry=issuers,
        )
        # PDF/A forbids the hidden flag, PDF/UA a field on the page that is not in the structure.
        self._field = SigFieldSpec(
            FIELD,
            readable_field_name=label,
            invis_sig_settings=InvisSigSettings(set_hidden_flag=False, box_out_of_bounds=True),
        )

    def seal(self, pdf: bytes, at: datetime) -> bytes:
        """Return the form with a seal that says it was put on at the moment `at`."""
        meta = PdfSignatureMetadata(
            field_name=FIELD, md_algorithm=DIGEST, subfilter=SigSeedSubFilter.PADES
        )
        signer = _TimedSigner(meta, self._signer, new_field_spec=self._field)
        signer.at = at.astimezone(UTC)
        out = io.BytesIO()
        signer.sign_pdf(_FormWriter(io.BytesIO(pdf)), output=out)
        return out.getvalue()


class _FormWriter(IncrementalPdfFileWriter):
    """A writer that leaves the form's metadata alone.

    pyHanko would write them anew with the system's time; PDF/A wants the same in both places.
    """

    def _update_meta(self) -> None:
        pass


class _TimedSigner(PdfSigner):
    """A signer whose signatures tell the time `at` instead of the system's."""

    at: datetime

    def init_signing_session(
        self, pdf_out: Any, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def _certificate(certificate: x509.Certificate) -> Any:
    """Return a certificate as pyHanko has it."""
    (found,) = load_certs_from_pemder_data(certificate.public_bytes(Encoding.DER))
    return found
