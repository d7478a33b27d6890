"""The commands `rules show` and `rules diff`, for those who know the law and not Python."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

from kiosk.config.schema import ConfigError
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.eligibility import Verdict
from kiosk.retirement.rule_review.comparison import (
    RuleComparison,
    RuleFolder,
    VerdictChange,
    compare_rules,
    read_rule_folder,
)
from kiosk.retirement.rule_review.description import ServiceDescription
from kiosk.retirement.rule_review.examples import find_examples
from kiosk.retirement.rule_review.model import read_people_model
from kiosk.retirement.rule_words import RuleWords, read_rule_words

SAME, DIFFERENT, WRONG = 0, 1, 2


def show_service(said: str, config: Path) -> int:
    """Print one service in sentences, with examples; return the exit code.

    `said` is its code, plain name or full name; `config` is the folder config/. 2, with a sentence
    on standard error, when there is no such service. Raises ConfigError when the rules can't be
    read.
    """
    words, folder = read_rule_words(config), read_rule_folder(config)
    code = find_service(folder.catalogue, said)
    if code is None:
        print(f"rules: {no_such_service(folder.catalogue, said, words)}", file=sys.stderr)
        return WRONG
    model = read_people_model(config, folder.catalogue.facts)
    description = ServiceDescription(folder.catalogue, words, folder.ages, model.usual)
    examples = find_examples(folder.catalogue, folder.ages, model)[code]
    print("\n".join(description.service_lines(code)))
    print()
    print("\n".join(description.example_lines(examples)))
    return SAME


def find_service(catalogue: Catalogue, said: str) -> str | None:
    """Return the code of the service with this code, plain name or full name; None for none."""
    for code, service in catalogue.services.items():
        if said.upper() == code or said in (service.plain, service.name):
            return code
    return None


def no_such_service(catalogue: Catalogue, said: str, words: RuleWords) -> str:
    """Return the sentence for a service that there is not, as it was `said`, with all names."""
    services = catalogue.services
    names = [name for one in services.values() for name in (one.code, one.plain)]
    near = difflib.get_close_matches(said.upper(), names, n=1)
    hint = words.show.nearest.format(name=near[0]) if near else ""
    known = "、".join(f"{code} {one.plain}" for code, one in services.items())
    return words.show.no_service.format(said=said, hint=hint, known=known)


def show_changes(old: Path, new: Path, config: Path) -> int:
    """Print which generated situations change verdict from the rules in `old` to those in `new`.

    The situations are those of `config`, the folder of the program. Returns 0 when no verdict
    changes, in its words neither, 1 when some do, 2 when one of the folders can't be read; then
    file, line and cure are on standard error.
    """
    words = read_rule_words(config)
    try:
        before, after = read_rule_folder(old), read_rule_folder(new)
        model = read_people_model(config, after.catalogue.facts)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return WRONG
    found = compare_rules(before, after, model.people())
    description = ServiceDescription(after.catalogue, words, after.ages, model.usual)
    print("\n".join(change_lines(found, before, description)))
    return DIFFERENT if found.changes else SAME


def change_lines(
    found: RuleComparison, old: RuleFolder, description: ServiceDescription
) -> Iterator[str]:
    """Yield the comparison `found` in words: the counts, then each change with an example.

    `old` are the rules before; the new ones are those of `description`.
    """
    words = description.words.diff
    verdicts = sum(one.count for one in found.changes if one.answers_differ)
    only_words = sum(one.count for one in found.changes if not one.answers_differ)
    yield words.counts.format(situations=found.situations, verdicts=verdicts, only_words=only_words)
    for change in found.changes:
        yield ""
        yield from _lines_of(change, old, description)


def _lines_of(
    change: VerdictChange, old: RuleFolder, description: ServiceDescription
) -> Iterator[str]:
    words, person = description.words.diff, change.person
    services = {**old.catalogue.services, **description.catalogue.services}
    before, after = (_answer(one, description.words) for one in (change.before, change.after))
    form = words.verdict if change.answers_differ else words.only_words
    yield form.format(
        code=change.code,
        service=services[change.code].plain,
        before=before,
        after=after,
        count=change.count,
    )
    who = description.differences(person, person.situation(description.rules))
    yield words.example.format(who=who)
    for label, verdict in ((words.before, change.before), (words.after, change.after)):
        if verdict is not None:
            yield label.format(reason=verdict.reason, helper=verdict.helper, basis=verdict.basis)


def _answer(verdict: Verdict | None, words: RuleWords) -> str:
    if verdict is None:
        return words.diff.no_service
    since = words.verdict.since.format(month=verdict.since.words()) if verdict.since else ""
    return f"{words.answers[verdict.answer]}{since}"
