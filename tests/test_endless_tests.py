"""A test that waits for ever fails where it waits, and the tests after it run."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest

from wiring.places import ROOT

TESTS = """import ctypes, threading

def wait_without_end():
    {wait}

def test_endless():
    wait_without_end()

def test_another():
    pass
"""
HEARS_SIGNALS = "threading.Event().wait()"
# A mutex locked twice: no signal ends a call of C that waits for one.
HEARS_NOTHING = "mutex = bytes(64); [ctypes.CDLL(None).pthread_mutex_lock(mutex) for _ in '12']"
FAILED, GUARD = 1, 120.0


def run_tests(folder, wait, **limits):
    """Run `TESTS` in one worker under these settings; return the exit code and what was said."""
    (folder / "test_two.py").write_text(TESTS.format(wait=wait), "utf-8")
    words = [sys.executable, "-m", "pytest", "-n", "1", "-p", "no:cacheprovider"]
    words += [word for name, value in limits.items() for word in ("-o", f"{name}={value}")]
    done = subprocess.run(
        [*words, "test_two.py"], cwd=folder, capture_output=True, text=True, timeout=GUARD,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_an_endless_test_fails_where_it_waits(tmp_path):
    code, said = run_tests(tmp_path, HEARS_SIGNALS, timeout=1, timeout_method="signal")
    assert code == FAILED
    assert HEARS_SIGNALS in said
    assert "1 failed, 1 passed" in said
    assert "crashed" not in said


def test_one_that_hears_no_signal_ends_with_its_worker_and_is_named(tmp_path):
    limits = {"faulthandler_timeout": 3, "faulthandler_exit_on_timeout": "true"}
    code, said = run_tests(tmp_path, HEARS_NOTHING, timeout=1, timeout_method="signal", **limits)
    assert code == FAILED
    assert "crashed while running 'test_two.py::test_endless'" in said
    assert "1 failed, 1 passed" in said


@pytest.fixture(scope="module")
def options():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return settings["tool"]["pytest"]["ini_options"]


def test_all_tests_run_under_both_limits(options):
    assert options["timeout_method"] == "signal"
    assert options["faulthandler_exit_on_timeout"] is True
    assert 0 < options["timeout"] < options["faulthandler_timeout"]
