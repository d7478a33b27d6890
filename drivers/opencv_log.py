"""Silencing of OpenCV: what went wrong with a camera is told by its own state."""

from __future__ import annotations

import os

import cv2

_QUIET = "-8"  # AV_LOG_QUIET


def silence_opencv() -> None:
    """Let OpenCV and its FFmpeg print nothing; must run before the first film is opened.

    FFmpeg's level is read from the environment only then.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _QUIET)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
