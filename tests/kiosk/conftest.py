"""A store on each database that settings can choose: what holds for one must hold for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from kiosk.storage.open_store import open_chosen_store
from kiosk.storage.store import Store
from tests.kiosk.invented_people import handbook
from tests.kiosk.terminals import TERMINALS, FixedKey


@pytest.fixture(params=["file", "sqlcipher", "postgresql"])
def opener(request, tmp_path) -> Callable[[], Store]:
    """What opens one and the same store, again and again."""
    found = handbook().settings
    url = {"file": "", "sqlcipher": "sqlcipher:"}.get(request.param)
    if url is None:
        url = request.getfixturevalue("postgresql").fresh_database()
    settings = replace(
        found,
        terminal=replace(found.terminal, code=f"BZ-{next(TERMINALS)}"),
        store=replace(found.store, path=str(tmp_path / "deep" / "kiosk.db"), url=url),
    )
    return partial(_opened, settings)


def _opened(settings) -> Store:
    store = open_chosen_store(settings, FixedKey, lambda: False)
    assert isinstance(store, Store), store
    return store


@pytest.fixture
def store(opener) -> Iterator[Store]:
    opened = opener()
    yield opened
    opened.close()
