"""Watch over the certificates of a service that runs for longer than they count."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from central.keys.certificates import open_certificates, read_certificate, server_context

if TYPE_CHECKING:
    import ssl
    from datetime import datetime
    from pathlib import Path

    from cryptography import x509

    from central.policy import CertificatePolicy

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 3600.0  # a certificate is renewed many days before its end
RENEWED = "the certificate of this service was made anew: it counts until %s"
NOT_RENEWED = "the certificate of this service ends %s and can't be made anew (%s): mend %s"
AUTHORITY_ENDS = (
    "the authority that terminals pin (%s) ends %s: from then on no terminal sends anything; make "
    "a new one, and bring it to every terminal before that day"
)


@dataclass
class CertificateWatch:
    """The certificates in `folder` for the host's `names`; `now` is aware.

    `use` takes the context for the connections that begin from then on.
    """

    folder: Path
    names: tuple[str, ...]
    policy: CertificatePolicy
    now: Callable[[], datetime]
    use: Callable[[ssl.SSLContext], None]
    _shown: bytes = field(default=b"", init=False, repr=False)

    def look(self) -> None:
        """Renew the service's certificate when it is time, and use it; say what is wrong.

        Raises OSError the first time, when there is none to go on with.
        """
        try:
            files = open_certificates(self.folder, self.names, self.policy, self.now())
            shown = files.certificate.read_bytes()
        except OSError as error:
            if not self._shown:
                raise
            where = self.folder / "server.crt"
            LOG.error(NOT_RENEWED, _end(read_certificate(where.read_bytes())), error, self.folder)  # noqa: TRY400
            return
        if shown != self._shown:
            if self._shown:
                LOG.warning(RENEWED, _end(read_certificate(shown)))
            self.use(server_context(files))
            self._shown = shown
        authority = read_certificate(files.authority.read_bytes())
        if authority.not_valid_after_utc < self.now() + timedelta(days=self.policy.renew_days):
            LOG.error(AUTHORITY_ENDS, files.authority, _end(authority))


def _end(certificate: x509.Certificate) -> str:
    return f"{certificate.not_valid_after_utc:%Y-%m-%d}"
