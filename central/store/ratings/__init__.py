"""Ratings in the store: what people say of visits and offices, and what becomes of it."""
