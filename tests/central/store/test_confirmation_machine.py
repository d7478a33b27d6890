"""Confirmations in any order: replies, visits, withdrawals, time and faults, against a plain model.

The model knows only what a person would say: who decided first, and whether there was time. Only
every second way of asking goes over a provider that fails now and then.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from central.confirmation import ConfirmationDecision, Moved, decide
from central.confirmation import FilingConfirmation as S
from central.messages.simulated import ProviderFault
from tests.central.filing import ABSENT, PHONE_OF_WANG, PRESENT, PROXY, FilingService, filing
from tests.central.standing import LIU, standing

ENDED = ("refused", "withdrawn", "expired")
FAULTS = st.lists(st.sampled_from(list(ProviderFault)), max_size=3)


class ConfirmationMachine(RuleBasedStateMachine):
    """One principal, one filing, and everybody who may say something to it."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        central = self.stack.enter_context(standing(folder))
        client = self.stack.enter_context(central.client())
        self.here: FilingService = self.stack.enter_context(filing(central, client))
        self.state, self.days, self.refusals, self.due_on = "", 0, 0, ""
        self.replies = 0

    def teardown(self) -> None:
        """End the service."""
        self.stack.close()

    @initialize(way=st.sampled_from([PROXY, ABSENT, PRESENT]))
    def file(self, way: dict[str, object]) -> None:
        receipt = self.here.put(1, LIU, **way).json()
        self.state = "started" if way is PRESENT else "awaiting"
        self.due_on = receipt["due_on"]
        self.proxy = way is not ABSENT

    def move(self, to: str) -> bool:
        """Change the model as one decision does; tell whether it counts."""
        if self.state == to:
            return True
        may = self.state == "awaiting" or (
            self.state in ("started", "confirmed") and to in ("confirmed", "refused")
        )
        if may:
            self.refusals += to == "refused"
            self.state = to
        return may

    @rule(decision=st.sampled_from(["confirm", "refuse"]))
    def decide_at_a_kiosk(self, decision: str) -> None:
        answer = self.here.decide(decision)
        moved = self.move({"confirm": "confirmed", "refuse": "refused"}[decision])
        assert answer.status_code == (200 if moved else 409)

    @rule()
    def withdraw(self) -> None:
        said = {} if self.proxy else {"staff": "H-0001"}
        answer = self.here.withdraw(1, **said)
        moved = self.move("withdrawn")
        assert answer.status_code == (200 if moved else 409)

    @rule(faults=FAULTS)
    def send(self, faults: list[ProviderFault]) -> None:
        self.here.provider.faults = list(faults)
        self.work()
        self.here.provider.faults = []

    def work(self) -> None:
        self.here.work()
        if self.days > 30 and self.state == "awaiting":
            self.move("expired")

    def round(self) -> None:
        """Send all that is due, an hour later, so that what failed is tried again."""
        self.here.provider.faults = []
        self.work()

    @rule(text=st.sampled_from(["0", "code", "什么", "code from elsewhere", "0 from elsewhere"]))
    def reply(self, text: str) -> None:
        self.round()
        asked = bool(self.here.inbox())
        codes = [one for one in self.here.inbox() if "才开始办" in one]
        self.replies += 1
        code = self.here.code() if codes else "123456"
        said = code if text.startswith("code") else text[0]
        if "elsewhere" in text:
            self.here.reply(said, PHONE_OF_WANG)
            return
        told = asked and self.was_asked()
        self.here.reply(said)
        if told and said == "0":
            self.move("refused")
        elif told and text == "code" and codes:
            self.move("confirmed")

    def was_asked(self) -> bool:
        return any(
            outcome == "sent" and occasion in ("confirm", "acted_for")
            for occasion, outcome in self.here.sent()
        )

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.days += days
        self.here.pass_days(days)

    @invariant()
    def the_case_is_as_the_model_says(self) -> None:
        if not self.state:
            return
        progress = self.here.progress()
        assert progress["confirmation"]["state"] == self.state
        assert progress["due_on"] == self.due_on
        states = set(self.here.states().values())
        if self.state == "awaiting":
            assert states == {"waiting"}
        elif self.state in ENDED:
            assert (states, progress["open"]) == ({"ended"}, False)
        else:
            assert "ready" in states

    @invariant()
    def nothing_is_lost_and_every_refusal_is_an_alarm(self) -> None:
        assert self.here.alarms().count("filing-refused") == self.refusals
        assert len(self.here.replies()) == self.replies
        asked = [one for one, _ in self.here.sent() if one in ("confirm", "acted_for")]
        assert len(asked) == (1 if self.state else 0)

    @invariant()
    def no_telephone_but_the_registered_one_is_asked(self) -> None:
        everybody = self.here.provider.texts.values()
        asked = {to for to, text in everybody if "回0" in text}
        assert asked <= {"13900005501"}


ConfirmationMachine.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
TestConfirmations = pytest.mark.slow(ConfirmationMachine.TestCase)


def test_the_table_of_decisions() -> None:
    ends = (S.REFUSED, S.WITHDRAWN, S.EXPIRED)
    for state in S:
        for decision in ConfirmationDecision:
            for is_open in (True, False):
                found = decide(state, decision, is_open=is_open)
                if state in ends:
                    assert not isinstance(found, Moved)
                if isinstance(found, Moved) and state is not S.AWAITING:
                    assert is_open
                    assert decision in (ConfirmationDecision.CONFIRM, ConfirmationDecision.REFUSE)
