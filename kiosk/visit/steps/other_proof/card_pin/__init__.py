"""Steps: the person proves by social security card and PIN, and takes the card out again."""
