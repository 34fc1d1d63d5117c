"""Alembic migrations of the CRM database; they travel in the wheel."""
