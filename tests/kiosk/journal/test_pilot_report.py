"""The report of a trial: medians for each page over all visits."""

from __future__ import annotations

import json

import pytest

from kiosk.journal.pilot_report import PageFigures, page_figures, read_trial


def use(page, seconds, touches=1, repeats=0, backs=0, helps=0):
    counts = {"touches": touches, "repeats": repeats, "backs": backs, "helps": helps}
    return {"page": page, "seconds": seconds, **counts}


def line(*uses):
    return json.dumps({"version": 1, "pages": uses})


def test_medians_for_each_page_and_for_whole_visits():
    lines = [
        line(use("notice", 10.0), use("card", 4.0), use("notice", 2.0, backs=1)),
        line(use("notice", 20.0, repeats=2)),
        line(use("notice", 30.0, helps=1), use("card", 6.0, touches=0)),
    ]
    visits, unreadable = read_trial(lines)
    assert unreadable == 0
    assert page_figures(visits, {"notice": 13.5}) == (
        PageFigures("notice", 3, 20.0, 30.0, 13.5, 4, 2, 1, 1),
        PageFigures("card", 2, 5.0, 6.0, None, 1, 0, 0, 0),
        PageFigures("visit", 3, 20.0, 36.0, None, 5, 2, 1, 1),
    )


def test_nine_of_ten_are_not_longer():
    visits, _ = read_trial([line(use("card", float(at))) for at in range(1, 21)])
    (card, _whole) = page_figures(visits, {})
    assert (card.median, card.nine_tenths) == (10.5, 18.0)


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        "1",
        '{"version": 1}',
        '{"pages": 1}',
        '{"pages": [{"page": "card"}]}',
        '{"pages": [{"page": "card", "seconds": "long", "touches": 0}]}',
    ],
)
def test_a_line_that_is_none_is_left_out_and_counted(bad):
    visits, unreadable = read_trial([bad, "", line(use("card", 1.0))])
    assert (len(visits), unreadable) == (1, 1)


def test_nothing_has_no_figures():
    assert read_trial([]) == ((), 0)
    assert page_figures((), {"card": 1.0}) == ()
    assert read_trial([line()]) == ((), 0)
