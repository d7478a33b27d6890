"""Alembic's entry point, on the connection and in the transaction that upgrade.py began."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,  # of SQLite too: BEGIN is ours, not the driver's
    transaction_per_migration=False,
)
context.config.attributes.get("before", lambda: None)()
context.run_migrations()
