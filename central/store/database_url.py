"""URLs of databases that the central service supports."""

from __future__ import annotations

from kiosk.config.schema import ConfigError, Problem

DATABASES = ("sqlite:", "postgresql:", "postgresql+psycopg:")
NO_DATABASE_WORDS = "is no database that is supported: sqlite:///FILE or postgresql://HOST/NAME"


def check_url(url: str) -> None:
    """Raise ConfigError for what is no URL of a database that is supported."""
    if not url.startswith(DATABASES):
        raise ConfigError((Problem("--database", 0, url.partition(":")[0], NO_DATABASE_WORDS),))


def libpq_url(url: str) -> str:
    """Return the URL of libpq for a SQLAlchemy URL of PostgreSQL."""
    return f"postgresql://{url.partition('://')[2]}"
