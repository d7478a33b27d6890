"""Who is standing here."""
