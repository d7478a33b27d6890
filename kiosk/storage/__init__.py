"""The durable store of a terminal.

Database, outbox records, scans, drafts, second copies, migrations.
"""
