"""The document that is handed in.

Its facts, authority, scans, signature and rating, and the offices' views.
"""
