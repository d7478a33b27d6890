"""Circuit breaker of one office: after repeated failures it is left alone for a growing time.

States as in M. Nygard, Release It!, "Circuit Breaker": closed (calls pass), open (no call until a
time), half-open (one call tries whether the office is back).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock


@dataclass(frozen=True)
class CircuitPolicy:
    """After how many failures in a row an office is left alone, and for how long.

    The first time lasts `open_seconds`, doubled with each failed trial up to
    `longest_open_seconds`.
    """

    failures: int
    open_seconds: float
    longest_open_seconds: float


@dataclass(frozen=True)
class Circuit:
    """State of the breaker; times are seconds of a clock that never goes back.

    `failures` in a row; `open_until` is 0 while closed; `trial_until`: until when the one call of
    a half-open circuit may take, 0 for none under way.
    """

    failures: int = 0
    trials: int = 0
    open_until: float = 0.0
    trial_until: float = 0.0

    @property
    def is_closed(self) -> bool:
        """Tell whether calls pass freely."""
        return self.open_until == 0.0

    def wait(self, now: float) -> float:
        """Return for how many seconds no call may be made at `now`; 0 when one may be made."""
        return max(0.0, self.open_until - now, self.trial_until - now)

    def began(self, now: float, longest_call_seconds: float) -> Circuit:
        """Return the circuit at `now` while a call of at most so many seconds is under way."""
        return self if self.is_closed else replace(self, trial_until=now + longest_call_seconds)

    def failed(self, now: float, policy: CircuitPolicy) -> Circuit:
        """Return the circuit after a call that failed at `now`, by the `policy` of the office."""
        failures = self.failures + 1
        if failures < policy.failures:
            return replace(self, failures=failures, trial_until=0.0)
        if now < self.open_until:  # a call that began before the circuit opened
            return replace(self, failures=failures)
        pause = min(policy.open_seconds * 2.0**self.trials, policy.longest_open_seconds)
        return Circuit(failures, self.trials + 1, now + pause)


class CircuitBreaker:
    """The circuit of one office, shared by the threads of one process.

    `longest_call_seconds`: how long a call can take; `monotonic`: a clock of seconds that never
    goes back.
    """

    def __init__(
        self, policy: CircuitPolicy, longest_call_seconds: float, monotonic: Callable[[], float]
    ) -> None:
        self._policy, self._longest_call_seconds, self._monotonic = (
            policy,
            longest_call_seconds,
            monotonic,
        )
        self._circuit, self._lock, self._has_answered = Circuit(), Lock(), False

    @property
    def circuit(self) -> Circuit:
        """The state now."""
        return self._circuit

    def admit(self) -> float:
        """Reserve a call; return 0.0, or for how many seconds none may be made."""
        with self._lock:
            now = self._monotonic()
            wait = self._circuit.wait(now)
            if wait == 0.0:
                self._circuit = self._circuit.began(now, self._longest_call_seconds)
            return wait

    def record_success(self) -> bool:
        """Close the circuit; return whether that is news.

        It is after the circuit was open, and for the first answer of all: another process may have
        seen the office down.
        """
        with self._lock:
            is_news = not (self._has_answered and self._circuit.is_closed)
            self._circuit, self._has_answered = Circuit(), True
            return is_news

    def record_failure(self) -> bool:
        """Count a failure; return whether it opened a circuit that was closed."""
        with self._lock:
            before = self._circuit
            self._circuit = before.failed(self._monotonic(), self._policy)
            return before.is_closed and not self._circuit.is_closed
