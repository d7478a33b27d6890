"""Acts of an office's people about a task in a browser, and the rules for them."""
