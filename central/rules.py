"""By which rules does the store take and move cases, and whom does it tell?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from central.notices import Notices
    from central.policy import Policy
    from central.ports import Sealer
    from central.tasks import Needs


@dataclass(frozen=True)
class Rules:
    """Given to the store where everything is put together.

    `later_days` takes an accepted envelope and the time of its acceptance, and returns the first
    day of each service that its office may not begin yet.
    """

    needs: Needs
    policy: Policy
    notices: Notices
    sealer: Sealer
    principals_a_year: int
    later_days: Callable[[bytes, str], Mapping[str, date]]
