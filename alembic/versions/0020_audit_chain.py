"""The audit trail says on whose behalf, in which request, from what to what; a hash chain per office seals it.

Indexes follow how the trail is read: newest first, by office, person, action. Sealing orders entries by id, so nothing
is asked of writers but that their transaction has a number before the entry has one.

Revision ID: 0020
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0030"
branch_labels = None
depends_on = None

APP_ROLE = "thads_app"
NATION_ROLE = "thads_nation"
OLD_INDEXES = (("at",), ("account_id",), ("office_id",))
NEW_INDEXES = ("account_id", "office_id", "action")
NEW_TABLES = ("audit_seal", "audit_anchor")


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("on_behalf_of", sa.Integer(), nullable=True))
    op.add_column("audit_entry", sa.Column("request_id", sa.String(length=64), nullable=True))
    op.add_column("audit_entry", sa.Column("message", sa.String(length=1000), nullable=True))
    op.add_column(
        "audit_entry",
        sa.Column("changes", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
    )
    op.create_foreign_key(
        op.f("fk_audit_entry_on_behalf_of_account"), "audit_entry", "account", ["on_behalf_of"], ["id"]
    )
    for columns in OLD_INDEXES:
        op.drop_index(op.f(f"ix_audit_entry_{columns[0]}"), table_name="audit_entry")
    op.create_index("ix_audit_entry_at", "audit_entry", ["at", "id"])
    for column in NEW_INDEXES:
        op.create_index(f"ix_audit_entry_{column}", "audit_entry", [column, "at", "id"])
    op.create_table(
        "audit_seal",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("office_id", "sequence", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_seal_entry_id")),
    )
    op.create_table(
        "audit_anchor",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_anchor")),
    )
    for table in NEW_TABLES:
        _protect(table)


def _protect(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP_ROLE}")
    op.execute(
        f"""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{NATION_ROLE}') THEN
                GRANT SELECT, INSERT ON {table} TO {NATION_ROLE};
            END IF;
        END $$
        """
    )


def downgrade() -> None:
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
    for column in NEW_INDEXES:
        op.drop_index(f"ix_audit_entry_{column}", table_name="audit_entry")
    op.drop_index("ix_audit_entry_at", table_name="audit_entry")
    for columns in OLD_INDEXES:
        op.create_index(op.f(f"ix_audit_entry_{columns[0]}"), "audit_entry", list(columns))
    op.drop_constraint(op.f("fk_audit_entry_on_behalf_of_account"), "audit_entry", type_="foreignkey")
    for name in ("changes", "message", "request_id", "on_behalf_of"):
        op.drop_column("audit_entry", name)
