"""What the kiosk says aloud: utterances, numerals, and the list of recordings."""
