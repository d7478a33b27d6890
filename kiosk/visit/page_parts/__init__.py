"""Parts of pages that several steps share."""
