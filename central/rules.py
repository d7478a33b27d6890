"""The rules by which the store accepts and moves cases, and the ports that it informs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date

    from central.notices import Notices
    from central.office_desk.acts import DeskAct
    from central.policy import Policy
    from central.ports import Sealer
    from central.results.sealing import ResultSealer
    from central.tasks import Needs
    from kiosk.application.authority import AuthorityRules


@dataclass(frozen=True)
class Rules:
    """What the store needs of the service's policy; `compose_context` makes it.

    `later_days` takes an accepted envelope and the time of its acceptance, and returns the first
    day of each service that its office may not begin yet. `new_code` makes the code by which a
    principal confirms in a message. `results` seals what an office says with the end of a service.
    `offices`: the code of the office of each service. `second_looks`: the decisions of each
    service that a second person confirms.
    """

    needs: Needs
    policy: Policy
    notices: Notices
    sealer: Sealer
    authority: AuthorityRules
    later_days: Callable[[bytes, str], Mapping[str, date]]
    new_code: Callable[[], str]
    results: ResultSealer
    offices: Mapping[str, str] = field(default_factory=dict)
    second_looks: Mapping[str, Collection[DeskAct]] = field(default_factory=dict)
