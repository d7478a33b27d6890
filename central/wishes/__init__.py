"""What people want to do after retirement (老有所为), matched to offers and answered by message."""
