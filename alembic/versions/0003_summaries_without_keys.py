"""Summaries without foreign keys: their rows come from deltas, which have them; checking again doubled the time to fold.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEYS = (
    ("fk_stat_monthly_office_id_office", "stat_monthly", "office_id", "office"),
    ("fk_stat_monthly_officer_id_staff_member", "stat_monthly", "officer_id", "staff_member"),
    ("fk_stat_office_monthly_office_id_office", "stat_office_monthly", "office_id", "office"),
)


def upgrade() -> None:
    for name, table, _, _ in KEYS:
        op.drop_constraint(name, table, type_="foreignkey")


def downgrade() -> None:
    for name, table, column, referred in KEYS:
        op.create_foreign_key(name, table, referred, [column], ["id"])
