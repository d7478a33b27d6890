"""Conditions and facts in plain sentences, by the forms in config/texts/rules.toml."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.date_words import length_words
from kiosk.people.facts import InsuredPlace
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.facts import FactValue
from kiosk.retirement.months import Month
from kiosk.retirement.rule_words import RuleWords


@dataclass(frozen=True)
class FactSentences:
    """Sentences about the facts and conditions of one catalogue."""

    catalogue: Catalogue
    words: RuleWords

    def condition_sentence(self, name: str) -> str:
        """Return what has to hold, as one sentence with the names of its facts."""
        condition = self.catalogue.conditions[name]
        values = (self._plain_words(value) for value in condition.values)
        return self.words.show.tests[condition.test].format(
            fact=self.label(condition.fact),
            than=self.label(condition.than) if condition.than else "",
            values="、".join(values),
        )

    def label(self, fact: str) -> str:
        """Return the name of a fact, in quotation marks."""
        return self.words.show.fact.format(label=self.catalogue.facts[fact].label)

    def with_labels(self, text: str) -> str:
        """Return a sentence of the data with the names of facts in place of their values."""
        return text.format_map({name: self.label(name) for name in self.catalogue.facts})

    def value_words(self, value: FactValue) -> str:
        """Return the value of a fact in everyday words."""
        words = self.words.show
        if isinstance(value, bool):
            return words.yes if value else words.no
        if isinstance(value, int):
            return length_words(value)
        if isinstance(value, Month):
            return value.words()
        if isinstance(value, tuple):
            return "、".join(map(self._item_words, value)) or words.nothing
        return self._plain_words(value)

    def _item_words(self, item: object) -> str:
        if isinstance(item, InsuredPlace):
            months = length_words(item.months)
            return self.words.show.insured.format(place=item.place, months=months)
        return str(item)

    def _plain_words(self, value: str) -> str:
        """Return a text of the data in everyday words, where there are such words for it."""
        named = {**self.catalogue.words.kinds, **self.words.show.values}
        return named.get(value, value)
