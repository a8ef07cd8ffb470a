"""Tell the planner how little a policy narrows what the app's own filter has narrowed already.

Revision ID: 0011
Revises: 0055

The planner cannot know what a transaction's offices are, takes them for ten of all, and multiplies that by what the
app's own filter keeps: searches of a province then read the index of all its cases in vain. Few distinct values bound the
estimate by the commonest office's share instead.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0055"
branch_labels = None
depends_on = None


TABLES = ("cases", "stat_delta", "stat_monthly", "stat_office_monthly")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN office_id SET (n_distinct = 2)")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN office_id RESET (n_distinct)")
