"""Analysis of photographed papers: where the sheet lies, and whether it can be read."""
