"""Deltas keep one foreign key, to their event.

The event has the keys to case, office and officer; checking them again for each of its deltas cost PostgreSQL four
tenths of an import. `thads verify` compares every delta with the events.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEYS = (
    ("fk_stat_delta_case_id_cases", "case_id", "cases"),
    ("fk_stat_delta_office_id_office", "office_id", "office"),
    ("fk_stat_delta_officer_id_staff_member", "officer_id", "staff_member"),
)


def upgrade() -> None:
    for name, _, _ in KEYS:
        op.drop_constraint(name, "stat_delta", type_="foreignkey")


def downgrade() -> None:
    for name, column, referred in KEYS:
        op.create_foreign_key(name, "stat_delta", referred, [column], ["id"])
