"""The facts that a visit hands in: each field of the form with its value, or why it has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.application.document import NO_END
from kiosk.application.employer import LISTED_UNIT, UNIT_NAME, employer_code, is_employer_told
from kiosk.application.recorded_facts import (
    AbsenceReason,
    FactOrigin,
    FactState,
    RecordedFact,
    RecordedFacts,
    missing,
    shared_value,
)
from kiosk.application.residence import LIVE, division_of_residence, is_at_another_address
from kiosk.people.facts import Marital
from kiosk.retirement.fields import Field, listed_fields
from kiosk.retirement.questions import AnswerKind, implied_values
from kiosk.retirement.situation import Route
from kiosk.visit.division_lists import division_words
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import (
    Visit,
    applicable_answers,
    card_of,
    category_source,
    chosen,
    sees_facts,
    situation_of,
)
from kiosk.visit.step_parts.question_options import known_words
from kiosk.visit.step_parts.shared_facts import fetched_facts

OWN = "own"
KEEP, ELECTRONIC = "keep", "electronic"
PORTRAIT = "A3"
"""The portrait among the papers of config/materials.toml."""


@dataclass(frozen=True)
class FactSources:
    """What the facts of one application are taken from; `signed_at` is the moment of signing."""

    visit: Visit
    book: ReferenceData
    signed_at: datetime

    def of_card(self, value: str, name: str = "") -> RecordedFact:
        """Return a fact of the card; `name` is the one under which it may be marked wrong."""
        at = self.visit.identity.card_at or self.signed_at
        if not value:
            return missing(AbsenceReason.PERSON_HAS_NONE)
        return RecordedFact(value, FactOrigin.CARD, at, self._state(name))

    def of_office(self, one: Field) -> RecordedFact:
        """Return a shared fact, or why there is none."""
        shared = self.visit.facts.shared
        if not sees_facts(self.visit):
            return missing(AbsenceReason.PERSON_ABSENT, one.office)
        if shared is None:
            return missing(AbsenceReason.OFFICE_UNREACHABLE, one.office)
        value = shared_value(shared, one.fact)
        if value is None:
            return missing(AbsenceReason.NO_RECORD, one.office)
        at = self.visit.facts.known_at or self.signed_at
        words = {fact.key: fact.value for fact in fetched_facts(self.visit, self.book)}.get(
            one.fact, ""
        )
        said = "" if words == value else words
        return RecordedFact(value, FactOrigin.OFFICE, at, self._state(one.fact), one.office, said)

    def of_person(self, value: str, words: str = "") -> RecordedFact:
        """Return what whoever files said; "" is that there is none."""
        if not value:
            return missing(AbsenceReason.PERSON_HAS_NONE)
        return RecordedFact(
            value, FactOrigin.PERSON, self.signed_at, words="" if words == value else words
        )

    def of_rule(self, value: str, words: str = "") -> RecordedFact:
        """Return a fact that the program works out."""
        return RecordedFact(value, FactOrigin.RULE, self.signed_at, words=words)

    def answer(self, name: str) -> RecordedFact | None:
        """Return the answer to a question with the words of its option; None when not asked."""
        if name not in self.visit.answers:
            return None
        said = self.visit.answers[name]
        return self.of_person(said, self._option_words(name, said))

    def implied(self, name: str) -> RecordedFact | None:
        """Return what follows for a field from a picked option; None for nothing.

        From what somebody else picked, nothing follows that only the person may say.
        """
        question = next((one for one in self.book.questions if one.field == name), None)
        if question is not None and question.person_only and not sees_facts(self.visit):
            return None
        value = implied_values(self.book.questions, self.visit.answers).get(name)
        return None if value is None else self.of_rule(value, self._option_words(name, value))

    def _state(self, name: str) -> FactState:
        wrong = name in self.visit.facts.disputed
        return FactState.MARKED_WRONG if wrong else FactState.CONFIRMED

    def _option_words(self, name: str, said: str) -> str:
        question = next((one for one in self.book.questions if one.field == name), None)
        if question is None or question.asking is not AnswerKind.OPTIONS:
            return ""
        words = known_words(self.visit, self.book)
        found = (one.words.format_map(words) for one in question.options if one.value == said)
        return next(found, "")


def application_facts(visit: Visit, book: ReferenceData, signed_at: datetime) -> RecordedFacts:
    """Return every field of the form for what is chosen, and every other fact that was shown.

    `signed_at` is the moment of signing: until then, whoever files could change their answers.
    """
    sources = FactSources(visit, book, signed_at)
    fields = book.catalogue.fields
    wanted = {name for code in chosen(visit, book) for name in book.catalogue.services[code].fields}
    kind = situation_of(visit).facts.get("kind")
    listed = listed_fields(fields, wanted, kind)
    shown = {fact.key for fact in fetched_facts(visit, book)} if visit.facts.shared else set()
    first = {one.fact: name for name, one in reversed(list(fields.items()))}
    names = (
        name
        for name, one in fields.items()
        if name in listed or (one.fact in shown and first[one.fact] == name)
    )
    return {name: _fact(name, fields[name], sources) for name in names}


def _fact(name: str, one: Field, sources: FactSources) -> RecordedFact:
    if name in SPECIAL:
        return SPECIAL[name](sources, one)
    office = sources.of_office(one) if one.fact else None
    if office is not None and office.reason is None:
        return office
    answer = sources.answer(one.answer or name)
    if answer is not None:
        return answer
    implied = sources.implied(name)
    if implied is not None:
        return implied
    if office is not None:
        return office
    return missing(_unasked(name, one, sources))


def _unasked(name: str, one: Field, sources: FactSources) -> AbsenceReason:
    """Return why a field that no office fills was not asked, either.

    Submission comes only after all questions that apply were answered.
    """
    question = next(
        (found for found in sources.book.questions if found.field == (one.answer or name)), None
    )
    absent = question is not None and question.person_only and not sees_facts(sources.visit)
    return AbsenceReason.PERSON_ABSENT if absent else AbsenceReason.PERSON_HAS_NONE


def _account(sources: FactSources, one: Field) -> RecordedFact:
    return _of_own_card("account", sources, one)


def _bank(sources: FactSources, one: Field) -> RecordedFact:
    return _of_own_card("own_bank", sources, one)


def _of_own_card(question: str, sources: FactSources, one: Field) -> RecordedFact:
    if sources.visit.answers.get("bank") == OWN:
        return sources.answer(question) or missing(AbsenceReason.PERSON_HAS_NONE)
    return sources.of_office(one)


def _kind(sources: FactSources, one: Field) -> RecordedFact:
    told = sources.visit.told_kind
    office = sources.of_office(one)
    if office.reason is None or told is None:
        return office
    return sources.of_person(told.value, sources.book.words["kind"]["kinds"].get(told.value, ""))


def _category(sources: FactSources, one: Field) -> RecordedFact:
    value = situation_of(sources.visit).estimate.category.value
    source = category_source(sources.visit, sources.book)
    if source == "declared":
        return sources.of_person(value)
    return sources.of_office(one) if source == "shared" else sources.of_rule(value)


def _route(sources: FactSources, _one: Field) -> RecordedFact:
    route = situation_of(sources.visit).route
    return sources.of_person(route.value, sources.book.catalogue.services[route.value].plain)


def _retire_month(sources: FactSources, _one: Field) -> RecordedFact:
    """Return the month; the special routes have none, since the office decides it."""
    case = situation_of(sources.visit)
    by_rule = case.route is Route.AGE and case.seeks_pension
    none = missing(AbsenceReason.PERSON_HAS_NONE)
    return sources.of_rule(str(case.retire), case.retire.words()) if by_rule else none


def _live_code(sources: FactSources, _one: Field) -> RecordedFact:
    visit, book = sources.visit, sources.book
    if is_at_another_address(visit.answers):
        code = division_of_residence(visit.answers)
        return sources.of_person(code, division_words(book, code))
    if LIVE in visit.answers:
        return sources.of_person(card_of(visit).address)
    return missing(AbsenceReason.PERSON_ABSENT)


def _live_detail(sources: FactSources, _one: Field) -> RecordedFact:
    found = sources.answer("live_detail")
    absent = LIVE not in sources.visit.answers
    none = AbsenceReason.PERSON_ABSENT if absent else AbsenceReason.PERSON_HAS_NONE
    return found or missing(none)


def _home_community(sources: FactSources, _one: Field) -> RecordedFact:
    """Return the community of the address where the person lives."""
    visit, book = sources.visit, sources.book
    code = division_of_residence(visit.answers)
    if code:
        return sources.of_rule(code, division_words(book, code))
    address = card_of(visit).address
    return sources.of_rule(address) if address else missing(AbsenceReason.PERSON_HAS_NONE)


def _spouse_name(sources: FactSources, one: Field) -> RecordedFact:
    shared = sources.visit.facts.shared
    if shared is not None and shared.marital is not Marital.MARRIED:
        return missing(AbsenceReason.PERSON_HAS_NONE)
    office = sources.of_office(one)
    return office if office.reason is None else sources.answer("spouse_name") or office


def _unit_name(sources: FactSources, one: Field) -> RecordedFact:
    """Return the employer that the person names where the office has none or a wrong one."""
    told = applicable_answers(sources.visit, sources.book)
    if not is_employer_told(told):
        return sources.of_office(one)
    listed = sources.book.employers.employers.get(told.get(LISTED_UNIT, ""))
    return sources.of_rule(listed.name) if listed else sources.of_person(told.get(UNIT_NAME, ""))


def _unit_code(sources: FactSources, one: Field) -> RecordedFact:
    told = applicable_answers(sources.visit, sources.book)
    if not is_employer_told(told):
        return sources.of_office(one)
    return sources.of_person(employer_code(told))


def _keeps_card(sources: FactSources) -> bool:
    """Return whether no new social security card is asked for."""
    kind = sources.answer("card_kind") or sources.implied("card_kind")
    return kind is None or kind.value == KEEP


def _card_bank(sources: FactSources, one: Field) -> RecordedFact:
    """Return the bank of a new card: by default that of the present one."""
    if _keeps_card(sources):
        return missing(AbsenceReason.PERSON_HAS_NONE)
    return sources.answer("card_bank") or sources.of_office(one)


def _card_photo(sources: FactSources, _one: Field) -> RecordedFact:
    if _keeps_card(sources):
        return missing(AbsenceReason.PERSON_HAS_NONE)
    return sources.of_rule(ELECTRONIC, sources.book.catalogue.papers[PORTRAIT].why)


def _valid_until(sources: FactSources, _one: Field) -> RecordedFact:
    until = card_of(sources.visit).valid_until
    return sources.of_card(until.isoformat() if until else NO_END)


SPECIAL: Mapping[str, Callable[[FactSources, Field], RecordedFact]] = {
    "name": lambda here, _one: here.of_card(card_of(here.visit).name, "name"),
    "sex": lambda here, _one: here.of_card(card_of(here.visit).sex.value, "sex"),
    "ethnicity": lambda here, _one: here.of_card(card_of(here.visit).nation),
    "birth": lambda here, _one: here.of_card(card_of(here.visit).birth.isoformat(), "birth"),
    "id_no": lambda here, _one: here.of_card(card_of(here.visit).number),
    "id_valid": _valid_until,
    "hukou_addr": lambda here, _one: here.of_card(card_of(here.visit).address),
    "live_code": _live_code,
    "live_detail": _live_detail,
    "kind": _kind,
    "category": _category,
    "route": _route,
    "retire_month": _retire_month,
    "bank": _bank,
    "account": _account,
    "spouse_name": _spouse_name,
    "unit_name": _unit_name,
    "unit_uscc": _unit_code,
    "card_bank": _card_bank,
    "card_photo": _card_photo,
    "home_community": _home_community,
}
"""The fields that are not filled by one shared fact or one answer alone."""
