"""The steps, in order. To tables on the way to the central service something is only added."""
