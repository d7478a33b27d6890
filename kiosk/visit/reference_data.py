"""Reference data of a visit: all rules and words, read once at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.application.authority import AuthorityRules, read_authority_rules
from kiosk.application.forms.definitions import FormDefinitions, read_form_definitions
from kiosk.application.office_views import Views
from kiosk.application.proof_rules import ProofRules, read_proof_rules
from kiosk.config.schema import ConfigError, Problem, load, read_table
from kiosk.config.settings import Profile, Settings
from kiosk.failures import Curer, Failure
from kiosk.fleet.own_point import own_point
from kiosk.operator_texts import text_of
from kiosk.pages.remote_frame import FramePolicy, read_frame_policy
from kiosk.retirement.age import AgeRules, read_age_rules
from kiosk.retirement.calendar import Holidays, read_holidays
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.divisions import Divisions, DivisionsElsewhere, read_divisions
from kiosk.retirement.estimate.parameters import EstimateParameters, read_estimate_parameters
from kiosk.retirement.law.corpus import LawCorpus, read_law_corpus
from kiosk.retirement.pick_lists.employers import EmployerList
from kiosk.retirement.points import ServicePoint
from kiosk.retirement.questions import Question, read_questions
from kiosk.retirement.reading import read_catalogue
from kiosk.retirement.rule_words import RuleWords, read_rule_words
from kiosk.visit.sign_films import SignFilms, read_sign_films
from kiosk.writing.parts import Parts, read_parts
from kiosk.writing.pinyin import Pinyin, read_pinyin
from kiosk.writing.pronunciation import Readings, read_readings

TEXT_VERSION = "notice-1"
PICTURE_TEXT_VERSION = "vouching-picture-1"


@dataclass(frozen=True)
class FailureWords:
    """The words for one failure: what happened and what to do, without blame.

    `who` says who can cure it; `cure` is worded for a technician.
    """

    title: str
    sentence: str
    who: Curer
    cure: str = ""


@dataclass(frozen=True)
class FailureTexts:
    """The file config/texts/failures.toml."""

    failures: Mapping[str, FailureWords]


Words = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class ReferenceData:
    """Everything that pages and steps look up; it never changes.

    `divisions` are those of the city, `elsewhere` all others; `employers` is the signed list.
    """

    settings: Settings
    age_rules: AgeRules
    catalogue: Catalogue
    questions: tuple[Question, ...]
    divisions: Divisions
    elsewhere: DivisionsElsewhere
    employers: EmployerList
    point: ServicePoint
    holidays: Holidays
    words: Words
    failures: Mapping[Failure, FailureWords]
    upkeep: Words
    readings: Readings
    pinyin: Pinyin
    authority: AuthorityRules
    parts: Parts
    forms: FormDefinitions
    proofs: ProofRules
    rule_words: RuleWords
    law: LawCorpus
    pension: EstimateParameters
    signs: SignFilms
    remote_help: FramePolicy

    @property
    def cures(self) -> Mapping[Failure, str]:
        """Return a technician's cure for each failure that has one."""
        return {one: words.cure for one, words in self.failures.items() if words.cure}

    @property
    def titles(self) -> Mapping[Failure, str]:
        """Return a short title for each failure."""
        return {one: words.title for one, words in self.failures.items()}

    @property
    def views(self) -> Views:
        """Return the parts of an application that each office may see."""
        return Views(self.catalogue.services, self.questions, self.catalogue.fields)


def read_failures(path: Path) -> Mapping[Failure, FailureWords]:
    """Return the words of every failure. Raises ConfigError unless each has exactly one."""
    found = load(FailureTexts, path).failures
    names = {failure.value for failure in Failure}
    if wrong := names ^ found.keys():
        raise ConfigError(
            tuple(
                Problem(str(path), 0, f"failures.{name}", text_of("config.failure_texts"))
                for name in sorted(wrong)
            )
        )
    return {Failure(name): words for name, words in found.items()}


def read_handbook(folder: Path, settings: Settings, employers: Path | None = None) -> ReferenceData:
    """Return all reference data below `folder`, which is config/. Raises ConfigError.

    `employers` is the list that came with the site's settings. Without it, demo and training take
    the invented one of config/, which no package for production holds.
    """
    packaged = folder / "employers.csv"
    if employers is None and settings.profile is not Profile.PRODUCTION and packaged.is_file():
        employers = packaged
    catalogue = read_catalogue(folder)
    readings = read_readings(folder)
    divisions = read_divisions(folder / "divisions.csv")
    return ReferenceData(
        settings=settings,
        age_rules=read_age_rules(folder / "rules" / "retirement_age.toml"),
        catalogue=catalogue,
        questions=read_questions(folder / "questions.toml", catalogue.services),
        divisions=divisions,
        employers=EmployerList(employers),
        elsewhere=DivisionsElsewhere(folder / "divisions_elsewhere.csv"),
        point=own_point(settings, folder / "service_points.csv", divisions),
        holidays=read_holidays(folder / "holidays.toml"),
        words=read_table(folder / "texts" / "pages.toml"),
        failures=read_failures(folder / "texts" / "failures.toml"),
        upkeep=read_table(folder / "texts" / "upkeep.toml"),
        readings=readings,
        pinyin=read_pinyin(folder, readings.signs, readings.usual),
        authority=read_authority_rules(folder / "authority.toml"),
        parts=read_parts(folder),
        forms=read_form_definitions(folder, catalogue),
        proofs=read_proof_rules(folder / "proofs.toml", catalogue.services),
        rule_words=read_rule_words(folder),
        law=read_law_corpus(folder),
        pension=read_estimate_parameters(folder),
        signs=read_sign_films(folder / "signs.toml"),
        remote_help=read_frame_policy(folder),
    )
