"""The list of words in which no line ends; script/breaks writes assets/texts/words.txt.

jieba (MIT) parts the texts into words, in an environment of its own that is thrown away.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.config.settings_reader import read_settings
from kiosk.speech.recording_list import wanted_texts
from kiosk.visit.reference_data import read_handbook
from screens.breaks import FILE, LONGEST

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "jieba==0.42.1"
SEGMENT = "import sys, jieba; [print(*jieba.lcut(line.strip())) for line in sys.stdin]"
WORD = re.compile(rf"[\u4e00-\u9fff]{{2,{LONGEST}}}")
HEAD = f"# Words of our texts, in which no line should end. By script/breaks with {PACKAGE}.\n"


def segmented(texts: list[str]) -> str:
    """Return the texts with blanks between words."""
    with TemporaryDirectory(prefix="kiosk-breaks-") as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", PACKAGE], check=True)
        lines = "\n".join(texts)
        found = subprocess.run(
            [python, "-c", SEGMENT], check=True, input=lines, text=True, stdout=subprocess.PIPE
        )
    return found.stdout


def main() -> None:
    config = ROOT / "config"
    texts = wanted_texts(read_handbook(config, read_settings(config / "kiosk.toml")))
    words = {word for word in segmented(list(texts)).split() if WORD.fullmatch(word)}
    path = ROOT / "assets" / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + "".join(f"{word}\n" for word in sorted(words)), "utf-8")
    print(f"{len(words)} words")


if __name__ == "__main__":
    main()
