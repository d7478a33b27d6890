"""A terminal that lies, against the service alone: what a typed number gains.

The attack of the first report: somebody types another person's number and two characters of a
name, says that the person is there, signs twice, and types an account and a mobile number of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.employer_drafts import EmployerDraft, seal_handed
from central.intake.delivered_views import DeliveredViews
from central.offices.adapter import Assignment, OfficeWait
from central.offices.work import OfficeWorker
from central.vault_port import ENGINE
from tests.central.filing import LATE, PROXY, TYPED, FilingService, filing
from tests.central.standing import LIU, WANG, Standing, numbered
from tests.kiosk.invented_people import handbook

KNOWN = ("402", "示范机械厂", "married", "示范银行", "6200000000000306688", "阜阳市", "13900005501")
"""What offices know of the principal."""
SIGNATURE = re.compile(r"[A-Za-z0-9+/=_-]{40,}")
"""A signature or a digest, where three digits come by chance."""
NOBODY = "34160219650404000X"
NO_PHONE = "341602197903120035"  # the technician's persona has no registered number


@pytest.fixture
def here(central: Standing, client: TestClient) -> Iterator[FilingService]:
    with filing(central, client) as found:
        yield found


class Curious:
    """Offices that keep what they are shown."""

    def __init__(self) -> None:
        self.seen: list[Assignment] = []

    def handle(self, assignment: Assignment, now: Any) -> OfficeWait:
        self.seen.append(assignment)
        return OfficeWait(now + timedelta(days=1))


def offices(here: FilingService) -> Curious:
    """Let all offices look for what they can begin."""
    curious, book = Curious(), handbook()
    office = here.central.office
    views = DeliveredViews(book.views.view_of, here.central.opening.views.joined)
    OfficeWorker(
        store=office.store,
        vault=replace(here.central.opening, views=views),
        account=ENGINE,
        adapter=curious,
        lease=timedelta(seconds=60),
        later=timedelta(hours=1),
        now=office.now,
        new_lease=lambda: "a lease",
    ).work()
    return curious


WHOLE: dict[str, Any] = {
    "papers": [],
    "retirement": {
        **dict.fromkeys(("category", "category_from", "route", "statutory_month"), "x"),
        **dict.fromkeys(("retire_month", "timing"), "x"),
        "facts_known": False,
        "disputed": [],
        "insisted": [],
    },
}
"""What the views of offices need."""
PEOPLE = ("facts", "draft", "portrait", "principals", "confirmations")


def typed(number: str) -> dict[str, Any]:
    return {"id_number": number}


def ask(here: FilingService, what: str, number: str) -> tuple[int, bytes]:
    more = {"principal": LIU} if what == "principals" else {}
    answer = here.post(f"/v1/people/{what}", typed(number) | more)
    return answer.status_code, answer.content


def test_a_typed_number_gains_nothing(here: FilingService) -> None:
    answers = [here.put(1, LIU, applicant={"name": "刘青", "number": LIU}, **WHOLE)]
    answers += [here.put(2, LIU, applicant={"name": "刘长青", "number": LIU}, **WHOLE)]
    heard = [one.text for one in answers] + [str(here.progress(number)) for number in (1, 2)]
    assert [one.status_code for one in answers] == [201, 201]
    said = SIGNATURE.sub("", "".join(heard))
    assert not [word for word in KNOWN if word in said]
    here.work()
    assert offices(here).seen == []
    assert here.provider.inbox(TYPED["mobile"]) == []
    (asked,) = here.inbox()
    assert "亳退 0000 0002" in asked
    here.decide("confirm", 2)
    seen = offices(here).seen
    assert {one.application_id for one in seen} == {numbered(2)}
    shown = "".join(str(one.view) for one in seen)
    assert not [said for said in (TYPED["account"], TYPED["mobile"]) if said in shown]


def test_an_application_of_an_older_terminal_that_claims_to_be_beside_waits(
    here: FilingService,
) -> None:
    assert here.put(1, LIU).status_code == 201  # "他在这里，当面签", two signatures, no presence
    assert set(here.states().values()) == {"waiting"}


def shape(answer: Any) -> tuple[Any, ...]:
    """Status, headers and body but for ids, digests, signatures and counters, and its length."""
    body = re.sub(rb'"signature":"[^"]+"', b"", answer.content)
    for said in (rb"[0-9a-f]{64}", rb"[0-9a-f-]{36}", rb"\d{4} \d{4}", rb'"sequence":\d+'):
        body = re.sub(said, b"*", body)
    names = sorted(name for name in answer.headers if name != "etag")
    return answer.status_code, names, body, len(answer.content)


def cases(here: FilingService) -> list[tuple[str, str]]:
    """Principals between whom nothing may tell: number and name."""
    people = here.central.office.people.registered
    shared = type(people[LIU])("共用", people[WANG].mobile)
    people["341602197001010011"] = shared
    return [
        (LIU, "刘长青"),  # right
        ("341602198809010029", "何民"),  # wrong name
        (NOBODY, "某某某"),  # unknown
        (NO_PHONE, "金修远"),  # no registered number
        ("341602197001010011", "共用"),  # the filer's number
    ]


def statements(here: FilingService) -> list[str]:
    """Listen to what the database is asked from now on."""
    heard: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        heard.append(re.sub(r"\s+", " ", statement))

    sa.event.listen(here.central.office.store.database.engine, "before_cursor_execute", hear)
    return heard


def test_no_answer_tells_one_principal_from_another(here: FilingService) -> None:
    people = cases(here)
    here.put(90, LIU, way="self")  # the first of them has a case under way
    heard = statements(here)
    shapes, work = set(), []
    for at, (number, name) in enumerate(people, 1):
        heard.clear()
        answer = here.put(at, number, applicant={"name": name, "number": number})
        work.append([one for one in heard if "INTO alarm" not in one])
        shapes.add(str(shape(answer)))
    assert len(shapes) == 1
    assert {str(one) for one in work} == {str(work[0])}
    here.work()
    later = {str(shape_of_progress(here, at)) for at in range(1, len(people) + 1)}
    assert len(later) == 1


def shape_of_progress(here: FilingService, number: int) -> dict[str, Any]:
    return {**here.progress(number), "id": "", "case_number": ""}


@pytest.mark.parametrize("what", PEOPLE)
def test_a_number_alone_is_answered_the_same_for_everybody(here: FilingService, what: str) -> None:
    office = here.central.office
    draft = EmployerDraft(LIU, "刘长青", "一家厂", (), {}, "2026-11-20")
    sealed = seal_handed(draft, office.vault.handed_key(LIU), office.random)
    office.store.handed.keep(office.vault.person(LIU), draft.unit, sealed)
    here.put(1, WANG, way="self")
    heard = statements(here)
    found, work = set(), set()
    for number in (LIU, LIU.lower(), WANG, NOBODY, NO_PHONE):
        ask(here, what, number)  # known to the count of look-ups from now on
        heard.clear()
        found.add(ask(here, what, number))
        work.add(len(heard))
    assert len(found) == 1
    ((status, _body),) = found
    assert (status, len(work)) == (422, 1)


@pytest.mark.parametrize("what", ["facts", "draft", "portrait"])
def test_a_wrong_name_is_answered_as_an_unknown_person_is(here: FilingService, what: str) -> None:
    office = here.central.office
    draft = EmployerDraft(LIU, "刘长青", "一家厂", (), {}, "2026-11-20")
    sealed = seal_handed(draft, office.vault.handed_key(LIU), office.random)
    office.store.handed.keep(office.vault.person(LIU), draft.unit, sealed)
    here.put(1, **PROXY)
    here.post(f"/v1/people/{what}", here.central.visit(WANG))  # the terminal's reader is known
    heard, said, work = statements(here), [], []
    for number in (LIU, NOBODY):
        heard.clear()
        said.append(here.post(f"/v1/people/{what}", here.central.visit(number, name="刘青")))
        work.append([one for one in heard if "INTO alarm" not in one])
    assert shape(said[0]) == shape(said[1])
    assert work[0] == work[1]
    assert "name-differs" in here.alarms()


def test_an_open_case_is_not_told_to_who_files_for_another(here: FilingService) -> None:
    here.put(1, way="self")
    answer = here.put(2, **LATE)
    assert (answer.status_code, answer.json()["type"]) == (409, "open-case")
    assert not {"case_number", "application_id"} & answer.json().keys()
