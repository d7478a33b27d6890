"""Step: another of the window checks what was entered later (补录)."""
