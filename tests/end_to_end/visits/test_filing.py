"""One person files one application through real bytes to a real server."""

from __future__ import annotations

import json
import ssl
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.storage.store import OutboxState
from kiosk.visit.stages import Stage
from tests.end_to_end.conftest import WholeTerminal
from tests.kiosk.invented_people import handbook, persona


def words(failure: Failure) -> str:
    return handbook().failures[failure].sentence


def progress(terminal: WholeTerminal, application_id: str) -> dict:
    central = terminal.kiosk.services.equipment.central
    answer = central.call("GET", f"/v1/applications/{application_id}/progress")
    return json.loads(answer.body) if answer.status == 200 else {}


@pytest.mark.slow
def test_who_is_called_away_goes_on_where_she_left_off(terminal):
    """Leave half way, come back with card and face, and hand in without typing it all again."""
    terminal.begin()
    terminal.until(Stage.FACTS)
    terminal.loop.run_until(lambda: terminal.visit.facts.situation is not None)
    while terminal.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        terminal.press(Press.NEXT)
    for digit in "13900001234":
        terminal.press(Press.DIGIT, digit)
    terminal.press(Press.NEXT)
    terminal.press(Press.QUIT)
    assert "24 小时" in terminal.page.sentence
    terminal.go_home()
    card, _ = persona("liu")
    for file in terminal.desk.folder.glob("kiosk.db*"):
        content = file.read_bytes()
        assert not any(one.encode() in content for one in ("13900001234", card.number, card.name))

    terminal.begin()
    terminal.until(Stage.FACTS)
    terminal.until_said("接着上次办？")
    terminal.press(Press.RESUME)
    assert terminal.visit.answers["mobile"] == "13900001234"
    while terminal.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        terminal.press(Press.NEXT)
    assert terminal.page.name == "live"  # the next question, not the first
    terminal.press(Press.PICK, "same")
    terminal.go_home()


def test_the_main_job(terminal):
    terminal.begin()
    terminal.until(Stage.FACTS)
    terminal.fill_in()
    terminal.until(Stage.RECEIPT)
    terminal.loop.run_until(lambda: terminal.page.title == "收到了，请放心")
    application_id = terminal.visit.application_id
    states = progress(terminal, application_id)["services"]
    assert len(states) == 16
    bench = terminal.desk.bench
    terminal.loop.run_until(lambda: bool(bench.last_slip_texts()))
    assert f"TX1:{application_id}" in bench.last_slip_codes()
    assert bench.unknown_bytes() == []
    terminal.press(Press.DONE)
    terminal.press(Press.RATE, "5")
    bench.lift_card()
    terminal.until(Stage.IDLE)
    card, _ = persona("liu")
    for file in terminal.desk.folder.glob("kiosk.db*"):
        content = file.read_bytes()
        assert card.name.encode() not in content
        assert card.number.encode() not in content
    assert card.name not in "".join(terminal.lines)

    # the same person again: the case under way is shown
    terminal.begin()
    terminal.until(Stage.PROGRESS)
    terminal.loop.run_until(lambda: bool(terminal.visit.progress.states))
    assert terminal.visit.progress.own == application_id


@pytest.mark.slow
def test_central_gone_before_submit(terminal):
    terminal.begin()
    terminal.until(Stage.FACTS)
    terminal.loop.run_until(lambda: terminal.visit.facts.situation is not None)
    terminal.desk.cut_network()
    terminal.fill_in()
    terminal.until(Stage.RECEIPT)
    assert terminal.page.title == "已收下，请放心"
    assert terminal.page.slip is not None
    assert "还没收到" in terminal.page.slip.remark
    terminal.desk.restore_network()
    terminal.loop.run_until(lambda: terminal.page.title == "收到了，请放心")
    counts = terminal.kiosk.services.store.counts()
    assert counts == {OutboxState.WAITING: 0, OutboxState.DELIVERED: 1, OutboxState.QUARANTINED: 0}
    assert len(progress(terminal, terminal.visit.application_id)["services"]) == 16


@pytest.mark.slow
def test_bad_cards(terminal):
    bench = terminal.desk.bench
    bench.fault("lifted")  # takes the card away in the middle of the reply
    terminal.press(Press.START_SELF)
    terminal.press(Press.AGREE_WITHOUT_FACE)
    bench.place_card("liu")
    terminal.until_said(words(Failure.CARD_MOVED))
    bench.unplug_reader()
    terminal.until_said(words(Failure.READER_LOST))
    bench.plug_reader()
    bench.place_card("liu")
    terminal.until(Stage.OTHER_PROOF)
    terminal.go_home()


@pytest.mark.slow
def test_faces_that_do_not_prove(terminal):
    bench = terminal.desk.bench
    bench.show("two_faces")
    terminal.begin()
    terminal.until_said("请让一个人来看")
    bench.show("nobody")
    terminal.until_said("请站到镜头前")
    bench.show("wrong_person")
    terminal.until(Stage.OTHER_PROOF)
    assert terminal.visit.failure is Failure.FACE_NOT_ALIKE
    assert terminal.visit.proof.accepted is None
    terminal.go_home()


@pytest.mark.slow
@pytest.mark.slow
def test_printer_without_paper(terminal):
    terminal.desk.bench.paper_out(out=True)
    terminal.begin("wang")
    terminal.until(Stage.FACTS)
    terminal.fill_in()
    terminal.until(Stage.RECEIPT)
    terminal.until_said(words(Failure.PAPER_OUT))
    assert terminal.page.slip is not None


def test_no_reader_at_all(terminal):
    terminal.desk.bench.unplug_reader()
    terminal.kiosk.runner._check_health()
    terminal.until(Stage.OUT_OF_SERVICE)
    assert terminal.page.sentence == words(Failure.READER_LOST)


class LoginPage(BaseHTTPRequestHandler):
    """A captive portal: 200 and HTML, whatever is asked."""

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b"<html>please log in</html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def do_PUT(self) -> None:
        self.answer()

    def log_message(self, *_said):
        """Say nothing."""


@contextmanager
def captive_portal(terminal: WholeTerminal):
    terminal.desk.cut_network()
    address = ("127.0.0.1", urlsplit(terminal.kiosk.runner.table.book.settings.central.url).port)
    with ThreadingHTTPServer(address, LoginPage) as server:
        # The worst of them: a gateway in between that has the service's own certificate.
        files = terminal.desk.folder / "central"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files / "server.crt", files / "server.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.slow
def test_a_captive_portal_proves_and_delivers_nothing(terminal):
    terminal.begin()
    terminal.until(Stage.FACTS)
    terminal.loop.run_until(lambda: terminal.visit.facts.situation is not None)
    with captive_portal(terminal):
        terminal.fill_in()
        terminal.until(Stage.RECEIPT)
        assert terminal.page.title == "已收下，请放心"
        store = terminal.kiosk.services.store
        terminal.loop.run_until(lambda: store.next_due(time.time()) != 0.0)
        assert store.counts()[OutboxState.DELIVERED] == 0
        terminal.go_home()
        terminal.begin("wang")
        terminal.until(Stage.OTHER_PROOF)
        assert terminal.page.sentence == words(Failure.CENTRAL_STRANGE)
        terminal.go_home()
    terminal.desk.restore_network()
    terminal.loop.run_until(lambda: store.counts()[OutboxState.DELIVERED] == 1)


@pytest.mark.slow
def test_no_card_and_nobody_who_helps(terminal):
    terminal.press(Press.START_SELF)
    terminal.press(Press.AGREE)
    terminal.press(Press.NO_CARD)
    terminal.press(Press.NO_OTHER_PROOF)
    assert terminal.visit.stage is Stage.LEAFLET
    terminal.press(Press.DONE)
    terminal.until(Stage.IDLE)


@pytest.mark.slow
def test_going_back_asks_to_take_the_card_away_first(terminal):
    terminal.desk.bench.show("nobody")
    terminal.begin()
    terminal.until(Stage.PROOF)
    assert terminal.visit.identity.card.picture  # the simulated decoder has drawn the chip's photo
    terminal.press(Press.BACK)
    terminal.until_said(words(Failure.CARD_LEFT))
    assert terminal.visit.stage is Stage.CARD
    terminal.go_home()
