"""Data for handwriting and text: templates, parts, words, handbooks' lists."""
