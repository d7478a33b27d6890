"""What a proof of identity is worth: config/proofs.toml, read and checked at the start.

It says which services take which proof, and where the face alone does not prove: that follows from
the profile of the terminal, its sensors, and the measured figures of presentation attacks
(ISO/IEC 30107-3).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, line_or_section, load
from kiosk.config.settings import FaceSettings, Profile, Settings
from kiosk.operator_texts import texts_of
from kiosk.people.consent import ProofMethod

PIN_READERS = "pcsc://"
"""Readers that show a PIN from this terminal's keypad to a card; a vendor's library does not."""
LEVELS = range(1, 4)  # of presentation attacks, by what an attacker has to spend


class Factor(StrEnum):
    """What a proof shows, as ISO/IEC 29115 tells authentication factors apart."""

    LIKENESS = "likeness"
    POSSESSION = "possession"
    KNOWLEDGE = "knowledge"
    WITNESS = "witness"


class Medium(StrEnum):
    """What an attacker holds before the camera."""

    PAPER = "paper"
    SCREEN = "screen"


class Sensor(StrEnum):
    """A second sensor beside the camera of the face check."""

    INFRARED = "infrared"
    DEPTH = "depth"


class FaceRule(StrEnum):
    """When the face alone proves."""

    ALWAYS = "always"
    MEASURED = "measured"  # where no attack of the level is left that was accepted, or not tried
    NEVER = "never"


class TurnsRule(StrEnum):
    """When three turns of the head may replace closing the eyes."""

    ALWAYS = "always"
    GUARDED = "guarded"  # with a second sensor, or with somebody of the staff beside the person


class AttackOutcome(StrEnum):
    """What the clips of an attack say."""

    STOPPED = "stopped"
    ACCEPTED = "accepted"
    UNMEASURED = "unmeasured"  # too few clips, none of them accepted


@dataclass(frozen=True)
class ProofWorth:
    """What one proof shows."""

    factors: tuple[Factor, ...]


@dataclass(frozen=True)
class AcceptedProofs:
    """The proofs that services take: `only` names the services that take fewer than `usual`."""

    usual: tuple[ProofMethod, ...]
    only: Mapping[str, tuple[ProofMethod, ...]]

    def of(self, service: str) -> tuple[ProofMethod, ...]:
        """Return the proofs that the service takes."""
        return self.only.get(service, self.usual)


@dataclass(frozen=True)
class FaceRuleByProfile:
    """When the face alone proves, by the profile of the terminal."""

    demo: FaceRule
    training: FaceRule
    production: FaceRule


@dataclass(frozen=True)
class TurnsRuleByProfile:
    """When three turns may be asked instead of closed eyes, by the profile of the terminal."""

    demo: TurnsRule
    training: TurnsRule
    production: TurnsRule


@dataclass(frozen=True)
class SensorClaim:
    """The media that a second sensor stops by itself."""

    stops: tuple[Medium, ...]


@dataclass(frozen=True)
class FaceProofPolicy:
    """Where the face alone is not enough.

    `level`: up to which level attacks count. `least_clips`, `most_accepted`: what the figures of an
    attack must show. `second_factors`: what completes a face that does not prove alone.
    """

    level: int
    least_clips: int
    most_accepted: int
    second_factors: tuple[ProofMethod, ...]
    alone: FaceRuleByProfile
    turns_only: TurnsRuleByProfile
    sensors: Mapping[str, SensorClaim]


@dataclass(frozen=True)
class ProofPolicy:
    """Where the central service takes the face alone, besides config/proofs.toml.

    `face_alone_until`: the last day on which the face alone of any terminal is taken, as older
    versions send it. `sensors`: the terminals that have a second sensor, by its kind; what a
    terminal says of itself does not count.
    """

    face_alone_until: date
    sensors: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class AttackFigures:
    """The measured figures of one kind of attack; `source` names who measured them."""

    level: int
    medium: Medium
    clips: int
    accepted: int
    source: str


@dataclass(frozen=True)
class ProofRules:
    """The file config/proofs.toml."""

    version: str
    proofs: Mapping[str, ProofWorth]
    services: AcceptedProofs
    face: FaceProofPolicy
    attacks: Mapping[str, AttackFigures]

    def accepts(self, service: str, method: str) -> bool:
        """Return whether the service takes this proof."""
        return method in self.services.of(service)

    def outcome_of(self, attack: str) -> AttackOutcome:
        """Return what the clips of an attack say."""
        found = self.attacks[attack]
        if found.accepted > self.face.most_accepted:
            return AttackOutcome.ACCEPTED
        enough = found.clips >= self.face.least_clips
        return AttackOutcome.STOPPED if enough else AttackOutcome.UNMEASURED

    def open_attacks(self, sensors: Collection[Sensor]) -> tuple[str, ...]:
        """Return the attacks of the policy's level that camera and `sensors` do not stop."""
        stopped = {medium for one in sensors for medium in self.face.sensors[one].stops}
        return tuple(
            name
            for name, one in self.attacks.items()
            if one.level <= self.face.level
            and one.medium not in stopped
            and self.outcome_of(name) is not AttackOutcome.STOPPED
        )

    def face_proves_alone(self, profile: Profile, sensors: Collection[Sensor]) -> bool:
        """Return whether a face match alone proves who the person is.

        Otherwise one of `FaceProofPolicy.second_factors` is asked for as well.
        """
        rule = FaceRule(getattr(self.face.alone, profile.value))
        if rule is FaceRule.MEASURED:
            return not self.open_attacks(sensors)
        return rule is FaceRule.ALWAYS

    def allows_turns_only(
        self, profile: Profile, sensors: Collection[Sensor], *, staff_beside: bool
    ) -> bool:
        """Return whether three turns may be asked instead of closed eyes.

        `sensors` are those beside the camera; `staff_beside`: somebody of the staff is logged in
        beside the person.
        """
        rule = TurnsRule(getattr(self.face.turns_only, profile.value))
        return rule is TurnsRule.ALWAYS or bool(sensors) or staff_beside

    def guards_turns(self, sensors: Collection[Sensor], *, staff_beside: bool) -> bool:
        """Return whether something besides the camera sees that a head turns.

        Three turns may stay short then, as a stiff neck's do: a print that is rolled up moves as
        far, but a sensor that stops paper sees it, or somebody of the staff beside the person.
        """
        stopped = {medium for one in sensors for medium in self.face.sensors[one].stops}
        return Medium.PAPER in stopped or staff_beside


def sensors_of(face: FaceSettings) -> frozenset[Sensor]:
    """Return the second sensors that the settings name."""
    return frozenset({Sensor.INFRARED}) if face.infrared else frozenset()


def proofs_of_terminal(settings: Settings) -> frozenset[ProofMethod]:
    """Return the proofs for which the terminal with these settings has what they need."""
    found = {ProofMethod.FACE, ProofMethod.VOUCHED}
    if settings.ss_card_reader.url.startswith(PIN_READERS):
        found.add(ProofMethod.CARD_PIN)
    if settings.code_scanner.url and settings.code_scanner.phone_proof:
        found.add(ProofMethod.PHONE)
    return frozenset(found)


def read_proof_rules(path: Path, services: Collection[str]) -> ProofRules:
    """Return the rules in the file.

    `services` are the codes of all services. Raises kiosk.config.schema.ConfigError for a file that
    contradicts itself, or a service that would take the face alone.
    """
    rules = load(ProofRules, path)
    words = texts_of("config.proofs")
    problems = tuple(
        Problem(str(path), line_or_section(path, key), key, words[form])
        for key, form in (*_wrong_proofs(rules, services), *_wrong_policy(rules))
    )
    if problems:
        raise ConfigError(problems)
    return rules


def _wrong_proofs(rules: ProofRules, services: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield key and form of what is wrong with the proofs and the services that take them."""
    taken = {"usual": rules.services.usual}
    taken |= {f"only.{code}": methods for code, methods in rules.services.only.items()}
    for name in rules.proofs.keys() - set(ProofMethod):
        yield f"proofs.{name}", "unknown_proof"
    for code in rules.services.only.keys() - set(services):
        yield f"services.only.{code}", "unknown_service"
    for key, methods in taken.items():
        if not set(methods) <= rules.proofs.keys():
            yield f"services.{key}", "undescribed_proof"
        if not set(methods) - {ProofMethod.FACE}:
            yield f"services.{key}", "face_only"


def _wrong_policy(rules: ProofRules) -> Iterator[tuple[str, str]]:
    """Yield key and form of what is wrong with the policy of the face and the figures."""
    face = rules.face
    if face.level not in LEVELS:
        yield "face.level", "level"
    if face.least_clips < 1:
        yield "face.least_clips", "least_clips"
    if not set(face.second_factors) & (rules.proofs.keys() - {ProofMethod.FACE}):
        yield "face.second_factors", "second_factors"
    if face.sensors.keys() != set(Sensor):
        yield "face.sensors", "sensors"
    for name, one in rules.attacks.items():
        if one.level not in LEVELS:
            yield f"attacks.{name}.level", "level"
        if not 0 <= one.accepted <= one.clips:
            yield f"attacks.{name}.accepted", "accepted"
