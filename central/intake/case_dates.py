"""The dates of an accepted application, counted by the same rules as on its terminal.

The service promises the last of them in the receipt, and begins no part before its month. Nothing
of this is stored but the promised day: what the person signed says which month was chosen, so that
cases which came before this module existed are treated the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kiosk.civil_time import civil_day
from kiosk.people.id_number import SHAPE, birth_of, normalise
from kiosk.retirement.age import AgeRules, Category
from kiosk.retirement.calendar import Holidays, add_working_days
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.eligibility import judge_all
from kiosk.retirement.materials import Resolution
from kiosk.retirement.months import Month
from kiosk.retirement.order import DateFrame, Part, end_of, first_day, last_due, schedule
from kiosk.retirement.plan import months_of
from kiosk.retirement.situation import Route, Situation, assess


@dataclass(frozen=True)
class FiledRetirement:
    """What an application says of the retirement.

    `month` is None on the special routes, and for a person who seeks no pension: one who draws a
    pension already, or is insured as a resident only. `insisted` are the codes of services that the
    person files against the shared data.
    """

    category: Category
    birth: Month = field(repr=False)
    route: Route
    month: Month | None
    insisted: tuple[str, ...]


def read_retirement(document: Mapping[str, Any]) -> FiledRetirement | None:
    """Return what an application says of the retirement, None when it can't be read.

    An application that another terminal's software wrote may say it otherwise; it is taken, and
    its parts begin at once. So is one whose birth date differs from the number: no date is
    counted from it.
    """
    try:
        if has_doubtful_birth(document["applicant"]):
            return None
        said = document["retirement"]
        month = said["retire_month"]
        return FiledRetirement(
            category=Category(said["category"]),
            birth=Month.of_day(date.fromisoformat(document["applicant"]["birth"])),
            route=Route(said["route"]),
            month=None if month is None else Month.parse(month),
            insisted=tuple(map(str, said["insisted"])),
        )
    except (KeyError, TypeError, ValueError):
        return None


def has_doubtful_birth(applicant: Mapping[str, Any]) -> bool:
    """Tell whether the birth date is another than that in a number which holds one."""
    number = normalise(str(applicant["number"]))
    if not SHAPE.fullmatch(number):
        return False
    born = birth_of(number)
    return born is None or applicant["birth"] != born.isoformat()


def promised_of(parts: Mapping[str, Part]) -> dict[str, str]:
    """Return the last day (ISO, "" for none) that is promised for each of `parts`."""
    return {code: part.due.isoformat() if part.due else "" for code, part in parts.items()}


@dataclass(frozen=True)
class CaseDates:
    """Counts the dates of a case's services from the day (Asia/Shanghai) of its acceptance."""

    catalogue: Catalogue
    ages: AgeRules
    holidays: Holidays

    def last_day(self, parts: Mapping[str, Part], accepted: date) -> date:
        """Return the last day that is promised for `parts` of a case that was `accepted` then.

        A receipt has to name a day (openapi.yaml, Receipt): where no part has one, that of the
        promise for a whole application. No terminal shows it then.
        """
        promised = last_due(parts)
        whole = self.catalogue.offices.promised.days
        return promised or add_working_days(accepted, whole, self.holidays)

    def opening_days(
        self, document: Mapping[str, Any], services: Collection[str], received_at: str
    ) -> Mapping[str, date]:
        """Return the first day on which the office of each service may begin.

        `document` is the application; `received_at` the moment of its receipt, in ISO 8601.
        """
        accepted = civil_day(datetime.fromisoformat(received_at))
        parts = self.parts(read_retirement(document), services, accepted)
        return {code: first_day(part, accepted) for code, part in parts.items()}

    def requested_papers(
        self, document: Mapping[str, Any], service: str, received_at: str
    ) -> list[dict[str, str]]:
        """Return which papers the office of `service` has to ask for, each with the last day.

        These are the papers of the service that the employer, or whoever keeps the file, sends, and
        that this office asks for. `document` is the application; `received_at` the moment of its
        receipt, in ISO 8601.
        """
        known = self.catalogue.services.get(service)
        accepted = civil_day(datetime.fromisoformat(received_at))
        found = []
        for filed in document.get("papers", ()) if known else ():
            paper = self.catalogue.papers.get(filed.get("code"))
            request = paper.request if paper else None
            if request is None or known is None or request.office != known.office:
                continue
            if filed["code"] in known.materials and filed.get("settled") == Resolution.EMPLOYER:
                due = end_of(request.limit, accepted, self.holidays)
                found.append({"paper": filed["code"], "due_on": due.isoformat()})
        return found

    def parts(
        self, filed: FiledRetirement | None, services: Collection[str], accepted: date
    ) -> Mapping[str, Part]:
        """Return the parts with their dates. Services that are not known here are left out.

        `filed` is what the application says of the retirement, `accepted` the day from which dates
        are counted.
        """
        codes = [code for code in services if code in self.catalogue.services]
        months: Mapping[str, Month | None] = dict.fromkeys(codes)
        # Without a month on the age route the person seeks no pension, so no part waits for a
        # month.
        if filed is not None and not (filed.month is None and filed.route is Route.AGE):
            case = self._situation(filed, accepted)
            months = months_of(judge_all(self.catalogue, case, filed.insisted), codes)
        return schedule(self.catalogue, months, DateFrame(accepted, self.holidays))

    def _situation(self, filed: FiledRetirement, accepted: date) -> Situation:
        case = assess(self.ages, filed.category, filed.birth, accepted, {}).along(filed.route)
        return case.retiring(filed.month) if filed.month is not None else case
