"""Proofs beside the face, and a face that needs a second factor: what a terminal that lies gains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.intake.proof_check import ProofCheck
from kiosk.config.settings import Profile
from kiosk.people.consent import ProofMethod
from tests.central.filing import FilingService, filing
from tests.central.standing import (
    LIU,
    NOON,
    OTHER_TERMINAL,
    TERMINAL,
    WANG,
    Standing,
    face,
    proof_rules,
    standing,
)

AT = "2026-11-23T11:57:00+08:00"
CARD = "Z00000515"  # of liu: config/personas
CARD_PIN: dict[str, Any] = {"method": "card_pin", "at": AT, "card_number": CARD}
VOUCHED: dict[str, Any] = {"method": "vouched", "at": AT, "voucher": "H-0001", "reason": "camera"}
NO_FACE: dict[str, Any] = {"consent": {"text_version": "1", "at": AT, "face": False}}


@pytest.fixture
def central(tmp_path: Path, database: str) -> Iterator[Standing]:
    with standing(tmp_path, database, profile=Profile.PRODUCTION) as built:
        yield built


@pytest.fixture
def here(central: Standing, client: TestClient) -> Iterator[FilingService]:
    with filing(central, client) as found:
        yield found


@pytest.fixture
def late(here: FilingService) -> FilingService:
    """The service after the last day on which the face alone of any terminal is taken."""
    until = here.central.office.policy.proofs.face_alone_until
    here.central.clock[0] += until - date(2026, 11, 22)
    return here


def put(here: FilingService, proof: Any, number: int = 1, person: str = LIU, **more: Any) -> str:
    """Hand in an application with this proof; "" when it was taken, otherwise the problem."""
    answer = here.put(number, person, **{"way": "self", "proof": proof, **more})
    return "" if answer.status_code == 201 else str(answer.json()["type"])


def asked(here: FilingService, proof: dict[str, Any], person: str = LIU) -> int:
    """The status of the answer to a question about a person with this proof, made now."""
    at = here.central.clock[0].isoformat(timespec="seconds")
    visit = here.central.visit(person, proof={**proof, "at": at})
    return here.post("/v1/people/facts", visit).status_code


def test_card_and_pin_prove_without_a_face(here: FilingService) -> None:
    assert asked(here, CARD_PIN) == 200
    assert put(here, CARD_PIN, **NO_FACE) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"card_number": "Z00000523"},  # of another person
        {"card_number": ""},
        {"card_number": 515},
        {"card_number": None},
        {"at": "2026-11-23T08:00:00+08:00"},  # in another visit
        {"at": "some day"},
    ],
)
def test_a_terminal_that_lies_about_the_card_is_refused(
    here: FilingService, changes: dict[str, Any]
) -> None:
    assert put(here, {**CARD_PIN, **changes}, **NO_FACE) == "no-presence"
    if "at" not in changes:
        assert asked(here, {**CARD_PIN, **changes}) == 422


def test_the_card_of_liu_proves_nobody_else(here: FilingService) -> None:
    assert asked(here, CARD_PIN, WANG) == 422


def test_where_no_office_knows_a_card_the_word_of_the_terminal_counts(here: FilingService) -> None:
    proofs = replace(here.central.office.proofs, card_number_of=lambda _number: "")
    assert proofs.is_card_of(CARD_PIN, LIU)
    assert not proofs.is_card_of({**CARD_PIN, "method": "face"}, LIU)


def test_the_face_alone_of_older_terminals_counts_until_a_day(here: FilingService) -> None:
    assert put(here, face()) == ""
    until = here.central.office.policy.proofs.face_alone_until
    here.central.clock[0] += until - date(2026, 11, 22)
    assert put(here, face(), 2, WANG) == "face-alone"
    assert asked(here, face(), WANG) == 422


@pytest.mark.parametrize("second", [CARD_PIN, VOUCHED])
def test_a_second_factor_completes_the_face(late: FilingService, second: dict[str, Any]) -> None:
    proof = face(completed_by=second)
    assert put(late, proof) == ""
    assert asked(late, proof) == 200


@pytest.mark.parametrize(
    "second",
    [
        {},
        "card_pin",
        face(),
        {**CARD_PIN, "card_number": "Z00000523"},
        {**VOUCHED, "voucher": "H-0404"},
        {**VOUCHED, "voucher": "T-0001"},  # a technician may not
        {**VOUCHED, "reason": ""},
        {"method": "authority", "at": AT},
    ],
)
def test_what_only_looks_like_a_second_factor_is_refused(here: FilingService, second: Any) -> None:
    assert put(here, face(completed_by=second)) == "face-alone"
    here.central.clock[0] += here.central.office.policy.proofs.face_alone_until - date(2026, 11, 22)
    assert put(here, face(completed_by=second)) == "face-alone"


def test_a_second_factor_completes_no_face_that_is_not_alike(late: FilingService) -> None:
    assert put(late, face(score=0.5, completed_by=CARD_PIN)) == "no-presence"


@pytest.mark.parametrize(
    ("profile", "sensors", "taken"),
    [
        (Profile.DEMO, (), True),
        (Profile.TRAINING, (), True),
        (Profile.PRODUCTION, (), False),
        (Profile.PRODUCTION, ("infrared",), False),  # stops no paper
        (Profile.PRODUCTION, ("depth",), True),
        (Profile.PRODUCTION, ("infrared", "depth"), True),
    ],
)
def test_profile_and_registered_sensors_decide(
    tmp_path: Path, profile: Profile, sensors: tuple[str, ...], taken: bool
) -> None:
    with standing(tmp_path, profile=profile) as central:
        policy = replace(
            central.office.policy.proofs,
            face_alone_until=date(2026, 1, 1),
            sensors=dict.fromkeys(sensors, (TERMINAL,)),
        )
        check = replace(central.office.proofs, policy=policy)
        said = face()
        for terminal, counts in (
            (TERMINAL, taken),
            (OTHER_TERMINAL, profile is not Profile.PRODUCTION),
        ):
            subject = subject_at(central, terminal)
            assert (check.face_problem(said, subject) is None) is counts


def subject_at(central: Standing, terminal: str) -> Any:
    from central.intake.proof_check import ProofSubject

    staff = central.office.staff_beside(terminal)
    return ProofSubject(LIU, terminal, staff, NOON.date(), NOON.date())


def test_a_terminal_that_claims_a_sensor_gains_nothing(late: FilingService) -> None:
    assert put(late, face(sensors=["depth"], infrared=True)) == "face-alone"


def test_a_service_may_take_fewer_proofs(here: FilingService) -> None:
    check: ProofCheck = here.central.office.proofs
    only = {"R06": (ProofMethod.VOUCHED,)}
    rules = replace(proof_rules(), services=replace(proof_rules().services, only=only))
    strict = replace(check, rules=rules)
    assert strict.untaken(CARD_PIN, ("R01",)) is None
    assert strict.untaken(CARD_PIN, ("R01", "R06")) is not None
    assert strict.untaken(face(completed_by=VOUCHED), ("R01", "R06")) is None
    assert strict.untaken({"method": "authority"}, ("R06",)) is None


def test_an_application_by_a_proof_that_is_not_taken_is_refused(
    here: FilingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = here.central.opening.examiner.proofs
    monkeypatch.setattr(type(check.rules), "accepts", lambda _rules, code, _one: code != "R06")
    assert put(here, CARD_PIN, **NO_FACE) == "proof-not-taken"
