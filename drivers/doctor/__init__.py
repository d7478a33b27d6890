"""The examination of a machine before it serves people: findings, each fault with its cure."""
