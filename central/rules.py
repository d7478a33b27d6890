"""By which rules does the store take and move cases, and whom does it tell?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from central.notices import Notices
    from central.policy import Policy
    from central.ports import Sealer
    from central.tasks import Needs


@dataclass(frozen=True)
class Rules:
    """Given to the store where everything is put together."""

    needs: Needs
    policy: Policy
    notices: Notices
    sealer: Sealer
    principals_a_year: int
