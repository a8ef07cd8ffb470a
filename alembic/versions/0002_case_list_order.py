"""Sort orders of the case list: numbers in their natural order, and an index with the id behind every sort key.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SORTS = {
    "ix_cases_number": "decision_order",
    "ix_cases_debtor": "debtor_key",
    "ix_cases_amount": "amount",
    "ix_cases_outstanding": "outstanding",
    "ix_cases_status_since": "status_since",
}


def upgrade() -> None:
    op.add_column(
        "cases",
        sa.Column(
            "decision_order",
            sa.BigInteger(),
            sa.Computed(
                "decision_year::bigint * 10000000 "
                "+ coalesce(substring(decision_number::text, '^[0-9]{1,7}'::text)::bigint, 0::bigint)",
                persisted=True,
            ),
            nullable=False,
        ),
    )
    for name, column in SORTS.items():
        op.create_index(name, "cases", [column, "id"])


def downgrade() -> None:
    for name in reversed(SORTS):
        op.drop_index(name, table_name="cases")
    op.drop_column("cases", "decision_order")
