"""What handwriting is compared with, and how well that works."""
