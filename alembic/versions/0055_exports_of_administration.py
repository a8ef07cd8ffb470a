"""Two more kinds of files that leave the application: the review of accounts, and temporary passwords.

Revision ID: 0055
Revises: 0050
"""

from __future__ import annotations

from alembic import op

revision = "0055"
down_revision = "0050"
branch_labels = None
depends_on = None

OLD = ("cases", "report", "dashboard", "handover_record", "data_requests", "processing")
NEW = (*OLD, "account_review", "passwords")


def upgrade() -> None:
    _allow(NEW)


def downgrade() -> None:
    _allow(OLD)


def _allow(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    op.execute("ALTER TABLE export_record DROP CONSTRAINT ck_export_record_kind")
    op.execute(f"ALTER TABLE export_record ADD CONSTRAINT ck_export_record_kind CHECK (kind IN ({words})) NOT VALID")
