"""Run the command line from a source tree: `python main.py COMMAND`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older one shall say so, too
    sys.exit("Python 3.11 to 3.13 is needed. script/bootstrap finds or asks for one.")

from wiring.command_line import main, run_program

__all__ = ["main", "run_program"]

if __name__ == "__main__":
    sys.exit(run_program())
