"""What a proof is worth: which services take it, and where the face alone is not enough."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from drivers.simulated.scenes.clip import ATTACKS
from kiosk.application.proof_rules import (
    AttackFigures,
    AttackOutcome,
    FaceRule,
    Medium,
    ProofRules,
    Sensor,
    TurnsRule,
    read_proof_rules,
    sensors_of,
)
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Profile
from kiosk.config.settings_reader import read_settings
from kiosk.operator_texts import texts_of
from kiosk.people.consent import ProofMethod

CONFIG = Path(__file__).parents[3] / "config"
SERVICES = tuple(f"R{number:02}" for number in range(1, 19))
NONE: frozenset[Sensor] = frozenset()
INFRARED, DEPTH = frozenset({Sensor.INFRARED}), frozenset({Sensor.DEPTH})


@pytest.fixture(scope="module")
def rules() -> ProofRules:
    return read_proof_rules(CONFIG / "proofs.toml", SERVICES)


def with_attacks(rules: ProofRules, **attacks: AttackFigures) -> ProofRules:
    return replace(rules, attacks=attacks)


def figures(medium: Medium, clips: int, accepted: int, level: int = 1) -> AttackFigures:
    return AttackFigures(level, medium, clips, accepted, "test")


def test_every_service_takes_every_proof_so_that_the_face_is_never_the_only_way(rules):
    for service in SERVICES:
        for method in (ProofMethod.FACE, ProofMethod.CARD_PIN, ProofMethod.VOUCHED):
            assert rules.accepts(service, method)
        assert not rules.accepts(service, ProofMethod.AUTHORITY)  # that proves no identity


def test_a_service_can_take_fewer_proofs(rules):
    fewer = replace(rules.services, only={"R14": (ProofMethod.CARD_PIN,)})
    changed = replace(rules, services=fewer)
    assert changed.accepts("R14", "card_pin")
    assert not changed.accepts("R14", "face")
    assert changed.accepts("R13", "face")


@pytest.mark.parametrize(
    ("medium", "clips", "accepted", "outcome"),
    [
        (Medium.PAPER, 150, 0, AttackOutcome.STOPPED),
        (Medium.PAPER, 149, 0, AttackOutcome.UNMEASURED),
        (Medium.PAPER, 0, 0, AttackOutcome.UNMEASURED),
        (Medium.PAPER, 150, 1, AttackOutcome.ACCEPTED),
        (Medium.PAPER, 24, 23, AttackOutcome.ACCEPTED),
    ],
)
def test_what_the_clips_of_an_attack_say(rules, medium, clips, accepted, outcome):
    known = with_attacks(rules, one=figures(medium, clips, accepted))
    assert known.outcome_of("one") is outcome


@pytest.mark.parametrize(
    ("profile", "sensors", "medium", "clips", "accepted", "alone"),
    [
        # Nobody real is served in a demo or a training room: the figures are not asked.
        (Profile.DEMO, NONE, Medium.PAPER, 24, 23, True),
        (Profile.TRAINING, NONE, Medium.SCREEN, 42, 35, True),
        # In production a species that was accepted, or not tried often enough, counts.
        (Profile.PRODUCTION, NONE, Medium.PAPER, 150, 1, False),
        (Profile.PRODUCTION, NONE, Medium.PAPER, 149, 0, False),
        (Profile.PRODUCTION, NONE, Medium.PAPER, 150, 0, True),
        (Profile.PRODUCTION, NONE, Medium.SCREEN, 150, 1, False),
        (Profile.PRODUCTION, NONE, Medium.SCREEN, 150, 0, True),
        # A second sensor stops its media, and nothing else.
        (Profile.PRODUCTION, INFRARED, Medium.SCREEN, 42, 35, True),
        (Profile.PRODUCTION, INFRARED, Medium.PAPER, 24, 23, False),
        (Profile.PRODUCTION, DEPTH, Medium.SCREEN, 42, 35, True),
        (Profile.PRODUCTION, DEPTH, Medium.PAPER, 24, 23, True),
        (Profile.PRODUCTION, INFRARED | DEPTH, Medium.PAPER, 24, 23, True),
    ],
)
def test_profile_sensors_and_species_decide(
    rules, profile, sensors, medium, clips, accepted, alone
):
    known = with_attacks(rules, one=figures(medium, clips, accepted))
    assert known.face_proves_alone(profile, sensors) is alone


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("sensors", [NONE, INFRARED, DEPTH, INFRARED | DEPTH])
def test_every_species_of_the_file_counts_by_profile_and_sensor(rules, profile, sensors):
    """One accepted clip of 150 in any species, all others stopped: the answer, written apart."""
    kinds = {name: figures(one.medium, 150, 0, one.level) for name, one in rules.attacks.items()}
    assert with_attacks(rules, **kinds).face_proves_alone(profile, sensors)
    for name, one in kinds.items():
        known = with_attacks(rules, **{**kinds, name: replace(one, accepted=1)})
        seen_through = sensors >= DEPTH or (sensors >= INFRARED and one.medium is Medium.SCREEN)
        expected = profile is not Profile.PRODUCTION or seen_through
        assert known.face_proves_alone(profile, sensors) is expected, name
        assert (name in known.open_attacks(sensors)) is not seen_through, name


def test_an_attack_of_a_higher_level_does_not_count(rules):
    known = with_attacks(rules, mask=figures(Medium.PAPER, 150, 150, level=2))
    assert known.face_proves_alone(Profile.PRODUCTION, NONE)


@pytest.mark.parametrize(
    ("profile", "sensors", "alone"),
    [
        (Profile.DEMO, NONE, True),
        (Profile.TRAINING, NONE, True),
        (Profile.PRODUCTION, NONE, False),
        (Profile.PRODUCTION, INFRARED, False),
        (Profile.PRODUCTION, DEPTH, True),
    ],
)
def test_the_present_figures(rules, profile, sensors, alone):
    """As long as a paper photo flipped away passes, a camera alone does not prove."""
    assert rules.face_proves_alone(profile, sensors) is alone


def test_what_is_still_open_is_named(rules):
    accepted = {one for one in rules.attacks if rules.outcome_of(one) is AttackOutcome.ACCEPTED}
    assert accepted == {"creased_mask", "flipped_photo", "pieces_on_demand", "puppet"}
    assert accepted <= set(rules.open_attacks(NONE))
    assert set(rules.open_attacks(INFRARED)) & accepted == {"creased_mask", "flipped_photo"}
    assert rules.open_attacks(DEPTH) == ()


def test_every_attack_of_the_bench_has_figures_and_each_has_words(rules):
    assert {one.value for one in ATTACKS} <= rules.attacks.keys()
    assert texts_of("doctor.proofs.attacks").keys() == rules.attacks.keys()
    assert texts_of("doctor.proofs.factors").keys() == set(rules.face.second_factors)


@pytest.mark.parametrize("rule", FaceRule)
def test_a_rule_can_be_the_same_for_whatever_was_measured(rules, rule):
    policy = replace(rules.face, alone=replace(rules.face.alone, production=rule))
    stopped = with_attacks(replace(rules, face=policy), one=figures(Medium.PAPER, 150, 0))
    accepted = with_attacks(stopped, one=figures(Medium.PAPER, 150, 1))
    found = [one.face_proves_alone(Profile.PRODUCTION, NONE) for one in (stopped, accepted)]
    expected = {FaceRule.ALWAYS: [True, True], FaceRule.MEASURED: [True, False]}
    assert found == expected.get(rule, [False, False])


@pytest.mark.parametrize(
    ("profile", "sensors", "beside", "allowed"),
    [
        (Profile.DEMO, NONE, False, True),
        (Profile.TRAINING, NONE, False, True),
        (Profile.PRODUCTION, NONE, False, False),
        (Profile.PRODUCTION, NONE, True, True),
        (Profile.PRODUCTION, INFRARED, False, True),
    ],
)
def test_three_turns_need_a_second_sensor_or_the_staff(rules, profile, sensors, beside, allowed):
    assert rules.allows_turns_only(profile, sensors, staff_beside=beside) is allowed
    assert TurnsRule(rules.face.turns_only.production) is TurnsRule.GUARDED


def test_guarded_turns_need_a_sensor_that_sees_paper_or_the_staff(rules):
    assert not rules.guards_turns(NONE, staff_beside=False)
    assert not rules.guards_turns(INFRARED, staff_beside=False)
    assert rules.guards_turns(DEPTH, staff_beside=False)
    assert rules.guards_turns(NONE, staff_beside=True)


def test_the_settings_name_the_sensors():
    face = read_settings(CONFIG / "kiosk.toml").face
    assert sensors_of(face) == NONE
    assert sensors_of(replace(face, infrared="/dev/kiosk/cam-infrared")) == INFRARED


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (
            'usual = ["face", "card_pin", "phone", "platform", "vouched"]',
            'usual = ["face"]',
            "services.usual",
        ),
        ("[services.only]", '[services.only]\nR14 = ["face"]', "services.only.R14"),
        ("[services.only]", '[services.only]\nR99 = ["vouched"]', "services.only.R99"),
        ("[services.only]", '[services.only]\nR14 = ["authority"]', "services.only.R14"),
        ("[proofs.vouched]", "[proofs.palm]", "proofs.palm"),
        ("level = 1          #", "level = 4          #", "face.level"),
        ("least_clips = 150", "least_clips = 0", "face.least_clips"),
        (
            'second_factors = ["card_pin", "phone", "vouched"]',
            'second_factors = ["face"]',
            "face.second_factors",
        ),
        ("[face.sensors.depth]", "[face.sensors.radar]", "face.sensors"),
        ("accepted = 35", "accepted = 43", "attacks.puppet.accepted"),
        ("clips = 42", "clips = -42", "attacks.puppet.accepted"),
        (
            "[attacks.puppet] # warped from one photograph, moves on demand\nlevel = 1",
            "[attacks.puppet]\nlevel = 0",
            "attacks.puppet.level",
        ),
        ('production = "measured"', "", "face.alone.production"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_its_place(tmp_path, old, new, key):
    text = (CONFIG / "proofs.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "proofs.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_proof_rules(path, SERVICES)
    assert key in [one.key for one in caught.value.problems]
    assert all(one.line for one in caught.value.problems)
