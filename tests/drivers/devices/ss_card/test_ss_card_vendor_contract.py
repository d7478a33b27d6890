"""Every way to a vendor's library keeps the contract: in process, as a process, a recording."""

from __future__ import annotations

import multiprocessing

import pytest

from drivers.devices.ss_card_vendor import CardLibrary
from drivers.devices.ss_card_vendor_process import VendorAnswer, VendorCall, VendorProcess
from kiosk.failures import Failure
from tests.drivers.devices.ss_card.ss_card_vendor_contract import CONTRACT, VendorRig
from tests.drivers.vendor_library.library import VendorLibrary

Recording = list[tuple[VendorCall, VendorAnswer | Failure]]


class LibraryInProcess:
    """The script of a library, followed without one."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def play(self, *lines: str) -> None:
        words = [line.split(maxsplit=3) for line in lines]
        self._lines = {symbol: rest for symbol, *rest in words}

    def call(self, call: VendorCall, seconds: float) -> VendorAnswer | Failure:
        assert seconds > 0
        match self._lines.get(call.symbol, ["crash"]):
            case ["return", code, *text]:
                return VendorAnswer(int(code), "".join(text).encode("gbk"))
            case ["expect", expected, text]:
                assert call.arguments == (expected.encode(),)
                return VendorAnswer(0, text.encode("gbk"))
        return Failure.VENDOR_LIBRARY_LOST

    def end(self) -> None:
        """Nothing runs."""


class RecordedLibrary:
    """Any library, with every call and its answer written down."""

    def __init__(self, library: CardLibrary, recording: Recording) -> None:
        self._library, self._recording = library, recording

    def call(self, call: VendorCall, seconds: float) -> VendorAnswer | Failure:
        answer = self._library.call(call, seconds)
        self._recording.append((call, answer))
        return answer

    def end(self) -> None:
        self._library.end()


class LibraryReplay:
    """Answers from a recording, in its order."""

    def __init__(self, recording: Recording) -> None:
        self.recording = list(recording)

    def call(self, call: VendorCall, seconds: float) -> VendorAnswer | Failure:
        asked, answer = self.recording.pop(0)
        assert call == asked
        return answer

    def end(self) -> None:
        """Nothing runs."""


@pytest.mark.parametrize("clause", CONTRACT, ids=lambda one: one.__name__)
def test_in_process(clause) -> None:
    library = LibraryInProcess()
    clause(VendorRig(library, library.play))


@pytest.mark.parametrize("clause", CONTRACT, ids=lambda one: one.__name__)
def test_a_library_in_a_process_and_its_replay(clause, vendor_library: VendorLibrary) -> None:
    recording: Recording = []
    others = set(multiprocessing.active_children())
    library = VendorProcess(vendor_library.path)
    clause(VendorRig(RecordedLibrary(library, recording), vendor_library.play))
    assert set(multiprocessing.active_children()) <= others
    replay = LibraryReplay(recording)
    clause(VendorRig(replay, lambda *_lines: None))
    assert not replay.recording
