"""What the service and its vault read at their start: policy, rules, people and names."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from central.intake.case_dates import CaseDates
from central.intake.proof_check import ProofCheck
from central.office_desk.rules import read_desk_rules
from central.people import People, read_people
from central.policy import read_policy
from central.radar.rules import RadarRules, read_radar_policy
from central.results.reading import read_result_rules
from central.staff import read_staff, without_known
from kiosk.application.authority import read_authority_rules
from kiosk.application.forms.definitions import FormDefinitions, read_form_definitions
from kiosk.application.proof_rules import read_proof_rules
from kiosk.config.known_credentials import KnownCredentials, read_known_credentials
from kiosk.config.settings import Profile
from kiosk.retirement.age import read_age_rules
from kiosk.retirement.calendar import read_holidays
from kiosk.retirement.catalogue import ProxyRule
from kiosk.retirement.divisions import read_divisions
from kiosk.retirement.points import read_points
from kiosk.retirement.questions import read_questions
from kiosk.retirement.reading import read_catalogue

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from central.office_desk.acts import DeskAct
    from central.policy import Policy
    from central.results.reading import ResultRules
    from central.staff import PointStaff
    from central.tasks import Needs
    from kiosk.application.authority import AuthorityRules
    from kiosk.retirement.catalogue import Catalogue
    from kiosk.retirement.questions import Question

LOG = logging.getLogger("central")
KNOWN_ACCOUNT_WORDS = (
    "is not served: its card, PIN or code key stands in the project's repository, so anybody has "
    "it; make the account anew with `central staff`"
)


@dataclass(frozen=True)
class ServiceData:
    """What the service reads at its start: policy, rules, people and names.

    - `needs`: for each service, the services that it needs (any of, all of, the end of).
    - `proofs`: what each proof of identity is worth here.
    - `staff`: the people of each point, by the point's code.
    - `authority`: the rules for who may file for another; `in_person`: services that nobody may
      file for another.
    - `forms`: what the forms of applications are made from; `results`: what offices' results
      have to be.
    - `points`, `services`: names by code; the operator's imported list of points takes precedence.
    - `offices`: the code of the office of each service.
    - `radar`: whom the radar finds, and what it prepares.
    - `second_looks`: the decisions of each service that a second person confirms.
    """

    needs: Needs
    policy: Policy
    people: People
    proofs: ProofCheck
    dates: CaseDates
    staff: Mapping[str, PointStaff]
    authority: AuthorityRules
    forms: FormDefinitions
    results: ResultRules
    radar: RadarRules
    in_person: Collection[str] = ()
    points: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    offices: Mapping[str, str] = field(default_factory=dict)
    questions: Collection[Question] = ()
    second_looks: Mapping[str, Collection[DeskAct]] = field(default_factory=dict)


@dataclass(frozen=True)
class DataSources:
    """Where the data are read from: folders of rules, people, and staff; the latter may be None.

    portrait: a JPEG that stands for all people. demo: take credentials that stand in the
    repository.
    """

    config: Path
    people: Path | None = None
    portrait: Path | None = None
    staff: Path | None = None
    demo: bool = False


def permission_words(error: PermissionError) -> str:
    """Return what to do when the service's own files belong to somebody else."""
    return (
        f"{error.filename}: this account may not use it; work as root or as the owner of the data "
        "folder, and give it what older versions left to root: chown -R --reference=DATA DATA"
    )


def known_credentials(sources: DataSources) -> KnownCredentials:
    """Return the credentials of the repository that are refused; none for a demo."""
    return KnownCredentials() if sources.demo else read_known_credentials(sources.config)


def read_service_data(sources: DataSources, known: KnownCredentials) -> ServiceData:
    """Return what stands in the sources; raises kiosk.config.schema.ConfigError for a wrong file.

    An account whose credentials are `known` is named in the log, and left out.
    """
    catalogue = read_catalogue(sources.config)
    services = catalogue.services
    policy, people = _policy_of(sources), _people_of(sources)
    questions = read_questions(sources.config / "questions.toml", services)
    dates = _case_dates(sources, catalogue)
    return ServiceData(
        needs={code: (one.needs_any, one.needs_all, one.after) for code, one in services.items()},
        policy=policy,
        people=people,
        proofs=ProofCheck(
            read_proof_rules(sources.config / "proofs.toml", services),
            Profile.DEMO if sources.demo else Profile.PRODUCTION,
            policy.proofs,
            people.ss_card_number_of,
        ),
        dates=dates,
        staff=_staff_of(sources, known),
        authority=read_authority_rules(sources.config / "authority.toml"),
        forms=read_form_definitions(sources.config, catalogue),
        results=read_result_rules(sources.config / "results.toml", services),
        radar=RadarRules(
            read_radar_policy(sources.config / "radar.toml", questions),
            catalogue,
            dates.ages,
            questions,
        ),
        in_person=[code for code, one in services.items() if one.proxy is ProxyRule.IN_PERSON],
        points=_point_names(sources.config),
        services={code: one.plain for code, one in services.items()},
        offices={code: one.office for code, one in services.items()},
        questions=questions,
        second_looks=read_desk_rules(sources.config, services).second_looks(),
    )


def _policy_of(sources: DataSources) -> Policy:
    policy = read_policy(sources.config / "central.toml")
    if not sources.demo:
        return policy
    visits = replace(policy.visits, limits=policy.visits.practice_limits)
    return replace(policy, visits=visits)


def _people_of(sources: DataSources) -> People:
    return read_people(sources.people, sources.portrait) if sources.people else People({})


def _case_dates(sources: DataSources, catalogue: Catalogue) -> CaseDates:
    ages = read_age_rules(sources.config / "rules" / "retirement_age.toml")
    return CaseDates(catalogue, ages, read_holidays(sources.config / "holidays.toml"))


def _staff_of(sources: DataSources, known: KnownCredentials) -> Mapping[str, PointStaff]:
    """Return the staff by point without accounts whose credentials stand in the repository."""
    if not sources.staff:
        return {}
    staff, refused = without_known(read_staff(sources.staff), known)
    for one in refused:
        LOG.warning("%s: %s %s", sources.staff, one, KNOWN_ACCOUNT_WORDS)
    return staff


def _point_names(config: Path) -> dict[str, str]:
    """Return the names of the demo's points; a production package has none."""
    path = config / "service_points.csv"
    if not path.is_file():
        return {}
    found = read_points(path, read_divisions(config / "divisions.csv"))
    return {code: point.name for code, point in found.items()}
