"""Where conversations are kept: SQLAlchemy Core, on SQLite unless told otherwise."""
