"""The command `rules proof`: one verdict for one person, with facts, conditions and law."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from kiosk.retirement.age import read_age_rules
from kiosk.retirement.commands import AGE_RULES, RefusedArgumentsError, case_of
from kiosk.retirement.eligibility import judge_all
from kiosk.retirement.law.corpus import read_law_corpus
from kiosk.retirement.law.proof import VerdictProof
from kiosk.retirement.reading import read_catalogue
from kiosk.retirement.rule_review.commands import find_service, no_such_service
from kiosk.retirement.rule_review.sentences import FactSentences
from kiosk.retirement.rule_words import read_rule_words


def show_proof(asked: argparse.Namespace, config: Path, today: date) -> int:
    """Print the proof of one verdict; return the exit code.

    `asked` are the options of `rules services` with `service`; `config` is the folder config/,
    `today` the day against which births are checked. 2, with a sentence on standard error, when it
    cannot be answered. Raises ConfigError when rules or laws can't be read.
    """
    words, catalogue, corpus = (
        read_rule_words(config),
        read_catalogue(config),
        read_law_corpus(config),
    )
    code = find_service(catalogue, asked.service)
    if code is None:
        print(f"rules: {no_such_service(catalogue, asked.service, words)}", file=sys.stderr)
        return 2
    rules = read_age_rules(config / AGE_RULES)
    try:
        case = case_of(asked, catalogue, rules, today, words.refused)
    except RefusedArgumentsError as refused:
        print(f"rules: {refused}", file=sys.stderr)
        return 2
    verdict = judge_all(catalogue, case)[code]
    proof = VerdictProof(FactSentences(catalogue, words), corpus, case, verdict)
    print("\n".join(proof.lines()))
    return 0
