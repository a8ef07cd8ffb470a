"""Grants keep their history, heads authorise deputies in writing, and a change of rights is announced.

A grant is ended and never deleted, and nothing of it but its end can be changed. Every change that may alter what
somebody may do announces the account on the channel `thads_rights`, whoever made it, so that pages already open follow.

Revision ID: 0030
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0040"
branch_labels = None
depends_on = None

APP_ROLE = "thads_app"
# table, trigger's event, the column that names the account
ANNOUNCED = (
    ("account", "UPDATE OF disabled_at, office_id, staff_id", "id"),
    ("role_grant", "INSERT OR UPDATE OR DELETE", "account_id"),
    ("authorisation", "INSERT OR UPDATE OR DELETE", "deputy_id"),
    ("auth_session", "UPDATE OF revoked_at", "account_id"),
)


def upgrade() -> None:
    op.create_table(
        "authorisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("head_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdraw_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_authorisation_validity")),
        sa.CheckConstraint("head_id <> deputy_id", name=op.f("ck_authorisation_two_people")),
        sa.CheckConstraint("cardinality(permissions) > 0", name=op.f("ck_authorisation_something")),
        sa.CheckConstraint(
            "(withdrawn_at is null) = (withdraw_reason is null)", name=op.f("ck_authorisation_withdrawn_for_a_reason")
        ),
        sa.ForeignKeyConstraint(["head_id"], ["account.id"], name=op.f("fk_authorisation_head_id_account")),
        sa.ForeignKeyConstraint(["deputy_id"], ["account.id"], name=op.f("fk_authorisation_deputy_id_account")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["account.id"], name=op.f("fk_authorisation_withdrawn_by_account")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_authorisation_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation")),
    )
    op.create_index(op.f("ix_authorisation_head_id"), "authorisation", ["head_id"])
    op.create_index(op.f("ix_authorisation_deputy_id"), "authorisation", ["deputy_id"])

    op.add_column("role_grant", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("role_grant", sa.Column("ended_by", sa.Integer(), nullable=True))
    op.add_column("role_grant", sa.Column("end_reason", sa.String(length=500), nullable=True))
    op.create_foreign_key(op.f("fk_role_grant_ended_by_account"), "role_grant", "account", ["ended_by"], ["id"])
    op.create_check_constraint(
        op.f("ck_role_grant_ended_for_a_reason"), "role_grant", "(ended_at is null) = (end_reason is null)"
    )
    _restrict()
    _announce()


def downgrade() -> None:
    for table, _, _ in ANNOUNCED:
        op.execute(f"DROP TRIGGER announce_rights ON {table}")
    op.execute("DROP FUNCTION announce_rights()")
    op.execute("DELETE FROM role_grant WHERE ended_at IS NOT NULL")
    op.execute(f"GRANT UPDATE, DELETE ON role_grant TO {APP_ROLE}")
    op.drop_constraint(op.f("ck_role_grant_ended_for_a_reason"), "role_grant", type_="check")
    op.drop_constraint(op.f("fk_role_grant_ended_by_account"), "role_grant", type_="foreignkey")
    for column in ("end_reason", "ended_by", "ended_at"):
        op.drop_column("role_grant", column)
    op.drop_table("authorisation")


def _restrict() -> None:
    """Let the app end grants and authorisations and change nothing else of them."""
    op.execute(f"REVOKE UPDATE, DELETE ON role_grant FROM {APP_ROLE}")
    op.execute(f"GRANT UPDATE (valid_to, ended_at, ended_by, end_reason) ON role_grant TO {APP_ROLE}")
    op.execute(f"GRANT SELECT, INSERT ON authorisation TO {APP_ROLE}")
    op.execute(f"GRANT UPDATE (withdrawn_at, withdrawn_by, withdraw_reason) ON authorisation TO {APP_ROLE}")
    op.execute(f"GRANT USAGE, SELECT ON SEQUENCE authorisation_id_seq TO {APP_ROLE}")


def _announce() -> None:
    # A head who loses the office takes the deputies' authority along, so their deputies are announced too.
    op.execute(
        """
        CREATE FUNCTION announce_rights() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            concerned text := to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END) ->> TG_ARGV[0];
        BEGIN
            PERFORM pg_notify('thads_rights', concerned);
            IF TG_TABLE_NAME IN ('account', 'role_grant') THEN
                PERFORM pg_notify('thads_rights', deputy_id::text) FROM authorisation
                WHERE head_id = concerned::int AND withdrawn_at IS NULL AND valid_to >= current_date - 1;
            END IF;
            RETURN NULL;
        END $$
        """
    )
    for table, event, column in ANNOUNCED:
        op.execute(
            f"CREATE TRIGGER announce_rights AFTER {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION announce_rights('{column}')"
        )
