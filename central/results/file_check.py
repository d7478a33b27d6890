"""Checks the file of a certificate before it is sealed: size, kind, and nothing active in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.results.reading import ResultTrouble, check_file
from central.seal.form_reader import read_apart
from central.seal.values import FileTrouble

if TYPE_CHECKING:
    from central.results.reading import ResultRules
    from central.seal.check_policy import CheckPolicy

MODULE = "central.results.pdf_process"


@dataclass(frozen=True)
class CertificateCheck:
    """Checks files by the rules; each is read in a process of its own, limited by `policy`."""

    rules: ResultRules
    policy: CheckPolicy

    def trouble(self, file: bytes) -> ResultTrouble | None:
        """Return why a file is not taken, None for one that is."""
        if found := check_file(file, self.rules):
            return found
        said = read_apart(MODULE, {"most_pages": self.rules.most_pages}, file, self.policy)
        if isinstance(said, FileTrouble):
            return ResultTrouble.SLOW
        named = said.get("trouble")
        if named == "":
            return None
        return ResultTrouble(named) if named in set(ResultTrouble) else ResultTrouble.DAMAGED
