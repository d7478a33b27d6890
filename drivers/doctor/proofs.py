"""The check of what a face match proves at this terminal, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from drivers.doctor.finding import Finding, fault, good
from kiosk.application.proof_rules import (
    AttackOutcome,
    FaceRule,
    ProofRules,
    proofs_of_terminal,
    read_proof_rules,
    sensors_of,
)
from kiosk.config.schema import ConfigError
from kiosk.operator_texts import text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.config.settings import Settings


def check_proofs(settings: Settings, rules: Path) -> Iterator[Finding]:
    """Yield whether the face alone proves here, or what should be asked besides, and why.

    `rules` is config/proofs.toml, beside the folder of the services.
    """
    what = text_of("doctor.proofs.what")
    services = {path.stem for path in (rules.parent / "services").glob("R*.toml")}
    try:
        found = read_proof_rules(rules, services)
    except ConfigError as error:
        yield fault(what, str(error).splitlines()[0], text_of("doctor.proofs.correct"))
        return
    why = _reason(settings, found)
    if found.face_proves_alone(settings.profile, sensors_of(settings.face)):
        yield good(what, text_of("doctor.proofs.alone", why=why))
    else:
        more = "、".join(_second_factors(settings, found))
        yield good(what, text_of("doctor.proofs.asks_more", more=more, why=why))


def _second_factors(settings: Settings, rules: ProofRules) -> Iterator[str]:
    """Yield the words of the second factors that this terminal has."""
    words, here = texts_of("doctor.proofs.factors"), proofs_of_terminal(settings)
    yield from (words[method] for method in rules.face.second_factors if method in here)


def _reason(settings: Settings, rules: ProofRules) -> str:
    rule = FaceRule(getattr(rules.face.alone, settings.profile.value))
    if rule is not FaceRule.MEASURED:
        always = rule is FaceRule.ALWAYS
        return text_of("doctor.proofs.practice") if always else text_of("doctor.proofs.never")
    left = rules.open_attacks(sensors_of(settings.face))
    accepted = _named(one for one in left if rules.outcome_of(one) is AttackOutcome.ACCEPTED)
    unmeasured = _named(one for one in left if rules.outcome_of(one) is AttackOutcome.UNMEASURED)
    match bool(accepted), bool(unmeasured):
        case True, True:
            return text_of("doctor.proofs.open", accepted=accepted, unmeasured=unmeasured)
        case True, False:
            return text_of("doctor.proofs.open_accepted", accepted=accepted)
        case False, True:
            return text_of("doctor.proofs.open_unmeasured", unmeasured=unmeasured)
    return text_of("doctor.proofs.all_stopped")


def _named(attacks: Iterator[str]) -> str:
    words = texts_of("doctor.proofs.attacks")
    return "、".join(words.get(one, one) for one in attacks)
