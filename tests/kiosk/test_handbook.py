"""Every failure has words and a person who can cure it; a file without them is refused."""

from __future__ import annotations

import pytest

from kiosk.failures import Curer, Failure
from kiosk.schema import ConfigError
from kiosk.visit.handbook import read_failures
from tests.kiosk.people import CONFIG, handbook


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_words_and_a_curer(failure):
    words = handbook().failures[failure]
    assert words.title
    assert words.sentence.endswith(("。", "！", "？"))
    assert words.who in Curer


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[failures.paper_out]", "[failures.paper_in]", {"paper_out", "paper_in"}),
        ("[failures.card_moved]", "[failures.card_gone]", {"card_moved", "card_gone"}),
    ],
)
def test_missing_and_unknown_failures_are_both_named(tmp_path, old, new, named):
    path = tmp_path / "failures.toml"
    text = (CONFIG / "texts" / "failures.toml").read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_failures(path)
    assert {problem.key for problem in caught.value.problems} == {
        f"failures.{one}" for one in named
    }
    assert all(problem.file == str(path) for problem in caught.value.problems)
