"""Statements about the tasks of one case, few and prepared, as the offices' workers need them."""
