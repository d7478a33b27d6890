"""How does a captured page become sealed bytes that only an application can send on its way?"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.failures import Failure
from kiosk.filing.envelope import SealingKey, digest, seal
from kiosk.filing.store import Store, StoreError

PERSON, STAFF = "person", "staff"
"""Who said that a doubted picture can be read; which of the staff stands in the application."""
ALWAYS_SAID = ("digest", "blob", "bytes", "sealed_for")


@dataclass(frozen=True)
class CapturedPaper:
    """One captured page: what it says (`digest`), and the sealed bytes that carry it (`blob`).

    `sealed_for` is the id that the sealed bytes are bound to: that of the application under way
    when it was captured. `doubt` names the test that the picture did not pass, and `kept_by` who
    said that it can be read all the same; both are "" for a picture that passed.
    """

    digest: str
    blob: str
    bytes: int
    sealed_for: str
    doubt: str = ""
    kept_by: str = ""

    def record(self) -> dict[str, str | int]:
        """Return what the application says of it; of a doubt only where there was one."""
        return {name: value for name, value in vars(self).items() if value or name in ALWAYS_SAID}


def keep_paper(
    store: Store, key: SealingKey, application_id: str, picture: bytes
) -> CapturedPaper | Failure:
    """Seal a page and keep it until its application is confirmed; the visit's end shreds it."""
    plain = digest(picture, key.suite)
    sealed = seal(picture, key, application_id, plain)
    captured = CapturedPaper(plain, digest(sealed), len(sealed), application_id)
    try:
        store.add_paper(application_id, captured.blob, sealed)
    except StoreError as error:
        return error.failure
    return captured
