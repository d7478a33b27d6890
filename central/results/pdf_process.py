"""The process that looks through a certificate's file: limits first, then the file, one answer."""

from __future__ import annotations

import json
import os
import sys

from central.results.pdf_scan import scan_pdf
from central.seal.form_process import limit_process


def main() -> None:
    """Read the request (one line of JSON, then the file) and print the answer as JSON.

    What the file makes this process raise ends it: the file then counts as damaged.
    """
    asked = json.loads(sys.stdin.buffer.readline())
    limit_process(asked)
    trouble = scan_pdf(sys.stdin.buffer.read(), asked["most_pages"])
    said = {"trouble": trouble.value if trouble else ""}
    os.write(sys.stdout.fileno(), json.dumps(said).encode())


if __name__ == "__main__":
    main()
