"""What does OpenCV print? Nothing: what went wrong with a camera is told by its own state."""

from __future__ import annotations

import os

import cv2

_QUIET = "-8"  # AV_LOG_QUIET


def silence_opencv() -> None:
    """Let OpenCV and its FFmpeg say nothing. FFmpeg's level counts only before the first film."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _QUIET)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
