"""This desk's encrypted store; the only room of sqlcipher3 and alembic."""
