"""Reading of photographed papers: lines of text, and the fields that they fill."""
