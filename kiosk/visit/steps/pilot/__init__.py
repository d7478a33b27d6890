"""Step: whether the pages of this visit may be timed, where a trial is under way."""
