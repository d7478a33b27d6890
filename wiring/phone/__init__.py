"""The process that serves filing on a phone."""
