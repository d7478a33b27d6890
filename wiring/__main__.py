"""Run the command line as `python -m wiring COMMAND`, for child processes of the program."""

from __future__ import annotations

import sys

from wiring.command_line import run_program

if __name__ == "__main__":
    sys.exit(run_program())
