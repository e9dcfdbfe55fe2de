"""The only room with SQL: one schema for SQLite and PostgreSQL, and the statements on it. It never commits."""
