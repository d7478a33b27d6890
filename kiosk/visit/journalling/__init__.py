"""What events and steps use to say what the journal keeps, and to be replayed."""
