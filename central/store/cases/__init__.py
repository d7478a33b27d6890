"""Storage of cases: what people handed in, the offices' tasks, confirmations and reviews."""
