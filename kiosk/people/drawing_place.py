"""Which place pays the pension of a person who was insured in several (待遇领取地)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kiosk.people.facts import InsuredPlace


def drawing_place(home: str, places: Sequence[InsuredPlace], months_needed: int) -> str:
    """Return the place that pays, as 国办发〔2009〕66号 第六条 decides.

    `home` is the place of the household register, `places` are in the order of time, and the last
    one is where the person is insured now. That one pays when it is the home, or when
    `months_needed` were paid there; else the newest earlier place with as many; else the home.

    Raises ValueError when `places` is empty.
    """
    if not places:
        raise ValueError("nobody without a place of insurance")
    if places[-1].place == home:
        return home
    paid: Counter[str] = Counter()
    for one in places:
        paid[one.place] += one.months
    newest_first = (one.place for one in reversed(places))
    return next((name for name in newest_first if paid[name] >= months_needed), home)
