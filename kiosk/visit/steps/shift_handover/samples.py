"""Sample logins at the handover, for the gallery."""

from __future__ import annotations

from kiosk.visit.step_parts.samples import login_samples as samples

__all__ = ["samples"]
