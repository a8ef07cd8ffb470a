"""The second factor of accounts, how far a session has proved itself, and sessions opened by identity providers.

No table here holds office data: rows belong to one account, and most are read before anybody is signed in.

Revision ID: 0040
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("two_factor", "recovery_code", "oidc_session", "oidc_logout_seen")
DELETABLE = ("two_factor", "recovery_code", "oidc_logout_seen")


def upgrade() -> None:
    op.add_column("auth_session", sa.Column("second_factor", sa.String(length=20), nullable=True))
    op.create_table(
        "two_factor",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_two_factor_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_two_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_account", "recovery_code", ["account_id", "digest"], unique=True)
    op.create_table(
        "oidc_session",
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("sid", sa.String(length=255), nullable=True),
        sa.Column("id_token", sa.String(length=12000), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_hash"],
            ["auth_session.id_hash"],
            name=op.f("fk_oidc_session_session_hash_auth_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_oidc_session")),
    )
    op.create_index("ix_oidc_session_subject", "oidc_session", ["issuer", "subject"], unique=False)
    op.create_index("ix_oidc_session_sid", "oidc_session", ["issuer", "sid"], unique=False)
    op.create_table(
        "oidc_logout_seen",
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("jti", sa.String(length=255), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "jti", name=op.f("pk_oidc_logout_seen")),
    )
    op.create_index(op.f("ix_oidc_logout_seen_seen_at"), "oidc_logout_seen", ["seen_at"], unique=False)
    _grant()


def _grant() -> None:
    """Give the roles of the app what they need; the second one comes with row-level security."""
    for role in ("thads_app", "thads_nation"):
        statements = [f"GRANT SELECT, INSERT, UPDATE ON {table} TO {role}" for table in TABLES]
        statements += [f"GRANT DELETE ON {table} TO {role}" for table in DELETABLE]
        statements.append(f"GRANT USAGE, SELECT ON SEQUENCE recovery_code_id_seq TO {role}")
        body = " ".join(f"{statement};" for statement in statements)
        op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {body} END IF; END $$")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("auth_session", "second_factor")
