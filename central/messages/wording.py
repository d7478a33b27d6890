"""The text of a message: who filed, for which services, where, and how to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.ports import Occasion

if TYPE_CHECKING:
    from central.notices import NoticeWords

MOST_NAMES = 2
"""How many services a text names; if there are more it gives their number, too."""


@dataclass(frozen=True)
class Matter:
    """The case of a message. `filer`: a masked name with a `relation`, or a pseudonym of the staff.

    `point`, `relation` and `services` are codes; `code` is the confirming code, "" for none.
    """

    case_number: str
    filer: str
    relation: str
    point: str
    services: Sequence[str]
    code: str


@dataclass(frozen=True)
class Wording:
    """Templates of messages, and names by code of relations, services and points.

    `days`: for how long a filing can be confirmed; `digits`: length of the confirming code.
    """

    words: NoticeWords
    relations: Mapping[str, str]
    services: Mapping[str, str]
    point_name: Callable[[str], str]
    days: int
    digits: int

    def text(self, occasion: Occasion, matter: Matter) -> str:
        """Return the text of a message for this occasion."""
        words: str = getattr(self.words, occasion.value)
        return words.format(
            number=matter.case_number,
            filer=self._filer(matter),
            point=self.point_name(matter.point),
            services=self._services(matter.services),
            code=matter.code,
            days=self.days,
            digits=self.digits,
        )

    def _filer(self, matter: Matter) -> str:
        if not matter.relation or matter.relation not in self.relations:
            return self.words.by_staff.format(name=matter.filer)
        relation = self.relations[matter.relation]
        return self.words.by_relation.format(name=matter.filer, relation=relation)

    def _services(self, codes: Sequence[str]) -> str:
        names = [self.services.get(code, code) for code in codes]
        said = "、".join(names[:MOST_NAMES])
        words = self.words.some if len(names) <= MOST_NAMES else self.words.many
        return words.format(names=said, count=len(names))
