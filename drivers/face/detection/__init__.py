"""Detection of a face, its points, and the quality of its picture."""
