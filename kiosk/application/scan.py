"""A captured page of a paper, as the application names it."""

from __future__ import annotations

from dataclasses import dataclass

ALWAYS_SAID = ("digest", "blob", "bytes", "sealed_for")


@dataclass(frozen=True)
class CapturedPaper:
    """One captured page: what it says (`digest`), and the sealed bytes that carry it (`blob`).

    `sealed_for` is the id that the sealed bytes are bound to: that of the application under way
    when it was captured. `doubt` names the test that the picture did not pass, and `kept_by` who
    said that it can be read all the same; both are "" for a picture that passed. `supplied_by`:
    the way in which it came to the central service before the visit, "" for one captured here.
    """

    digest: str
    blob: str
    bytes: int
    sealed_for: str
    doubt: str = ""
    kept_by: str = ""
    supplied_by: str = ""

    def record(self) -> dict[str, str | int]:
        """Return what the application says of it; of a doubt only where there was one."""
        return {name: value for name, value in vars(self).items() if value or name in ALWAYS_SAID}
