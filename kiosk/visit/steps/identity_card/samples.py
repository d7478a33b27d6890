"""Sample cards, for the gallery."""

from __future__ import annotations

from dataclasses import replace

from kiosk.people.identity import CardDoubt
from kiosk.visit.events.cards import CardFailed, CardRead
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import OF_THE_PERSON, Samples, SampleSource, failures


def samples(_visit: Visit, source: SampleSource) -> Samples:
    """Yield cards of people who are old enough, years too young, or hard to read; and failures."""
    liu, wang = (source.person(name)[0] for name in ("liu", "wang"))
    yield from (CardRead(liu), CardRead(wang))
    yield CardRead(replace(liu, birth=liu.birth.replace(year=1968)))
    yield CardRead(replace(liu, name="", doubts=(CardDoubt.NAME_MISSING,)))
    every_other = tuple(one for one in CardDoubt if one is not CardDoubt.NAME_MISSING)
    address = f"{liu.address}\ue000{OF_THE_PERSON.address_end}"  # of the private use area
    rare = replace(liu, name=f"{liu.name[0]}\ufffd", address=address)
    yield CardRead(replace(rare, doubts=every_other))
    yield from (CardFailed(one) for one in failures("card", "reader"))
