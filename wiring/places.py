"""Paths of the program's own files."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "config"
ASSETS = ROOT / "assets"
VOICE = ASSETS / "voice"
SIGNS = ASSETS / "signs"
DEFAULTS = CONFIG / "kiosk.toml"
VERSION = "0.1.0"
"""The version in pyproject.toml, which an installed program does not have beside it."""
