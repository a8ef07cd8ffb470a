"""Personal data: telephones and bank accounts of parties, exports, the register of processing, subjects' requests.

Revision ID: 0050
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0035"
branch_labels = None
depends_on = None

APP_ROLE, NATION_ROLE = "thads_app", "thads_nation"


def _held(setting: str) -> str:
    """The offices of a setting as an array, computed once per query (as in 0010)."""
    return f"(SELECT string_to_array(current_setting('thads.{setting}', true), ',')::int[])::int[]"


# Heads reach the rows of their offices by their cases, administrators, who see no case, by the audit trail they read.
OWN_OFFICES = (
    f"office_id = ANY ({_held('offices')}) OR office_id = ANY ({_held('audit')}) "
    "OR (SELECT coalesce(current_setting('thads.audit_everywhere', true), '') = 'on')"
)
OWN_EXPORTS = f"{OWN_OFFICES} OR account_id = (SELECT nullif(current_setting('thads.account', true), '')::int)"


def upgrade() -> None:
    op.add_column("party", sa.Column("telephone", sa.String(length=40), nullable=True))
    op.add_column("party", sa.Column("bank_account", sa.String(length=120), nullable=True))
    op.create_index(
        "ix_party_id_number", "party", ["id_number"], postgresql_where=sa.text("id_number is not null")
    )
    _export_record()
    _processing_activity()
    _data_request()
    _protect()


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _export_record() -> None:
    op.create_table(
        "export_record",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            _words("kind", "cases", "report", "dashboard", "handover_record", "data_requests", "processing"),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("filter", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("filter_words", sa.String(length=1000), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.CheckConstraint("row_count >= 0", name=op.f("ck_export_record_row_count")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_export_record_account_id_account")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_export_record_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_record")),
    )
    op.create_index(op.f("ix_export_record_at"), "export_record", ["at"])
    op.create_index(op.f("ix_export_record_account_id"), "export_record", ["account_id"])
    op.create_index("ix_export_record_office", "export_record", ["office_id", sa.text("id desc")])


def _processing_activity() -> None:
    texts = {
        "code": 20, "name": 200, "purpose": 1000, "legal_ground": 1000, "subjects": 500, "data": 1000,
        "recipients": 500, "retention": 500, "safeguards": 1000,
    }
    op.create_table(
        "processing_activity",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in texts.items()),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["account.id"], name=op.f("fk_processing_activity_changed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processing_activity")),
        sa.UniqueConstraint("code", name="uq_processing_activity_code"),
    )


def _data_request() -> None:
    op.create_table(
        "data_request",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("channel", _words("channel", "in_person", "post", "electronic", "telephone"), nullable=False),
        sa.Column(
            "kind",
            _words("kind", "access", "provide", "rectify", "erase", "restrict", "object", "withdraw"),
            nullable=False,
        ),
        sa.Column("subject_name", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=True),
        sa.Column("content", sa.String(length=2000), nullable=False),
        sa.Column("others_involved", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "status",
            _words("status", "received", "in_hand", "fulfilled", "refused", "withdrawn"),
            server_default="received",
            nullable=False,
        ),
        sa.Column("respond_by", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("responded_on", sa.Date(), nullable=True),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.String(length=500), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "due_on >= received_on and respond_by >= received_on", name=op.f("ck_data_request_terms")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_data_request_created_by_account")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_data_request_office_id_office")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["account.id"], name=op.f("fk_data_request_responsible_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
        sa.UniqueConstraint("office_id", "year", "number", name="uq_data_request_number"),
    )
    op.create_index(op.f("ix_data_request_responsible_id"), "data_request", ["responsible_id"])
    op.create_index("ix_data_request_due", "data_request", ["office_id", "status", "due_on"])


def _protect() -> None:
    """Exports cannot be unsaid; rows of an office are reached by that office, in the form of 0010.

    The register of processing is one for the whole service and holds nobody's data: it has no policy.
    """
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON export_record "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON export_record "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for role in (APP_ROLE, NATION_ROLE):
        op.execute(f"GRANT SELECT, INSERT ON export_record, processing_activity, data_request TO {role}")
        op.execute(f"GRANT UPDATE ON processing_activity, data_request TO {role}")
        op.execute(
            "GRANT USAGE, SELECT ON SEQUENCE export_record_id_seq, processing_activity_id_seq, data_request_id_seq "
            f"TO {role}"
        )
    for table in ("export_record", "data_request"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY everywhere ON {table} TO {NATION_ROLE} USING (true)")
    op.execute(f"CREATE POLICY own_offices ON data_request TO {APP_ROLE} USING ({OWN_OFFICES})")
    op.execute(f"CREATE POLICY own_offices ON export_record FOR SELECT TO {APP_ROLE} USING ({OWN_EXPORTS})")
    # Whoever takes a file out leaves a row, whatever else they reach.
    op.execute(f"CREATE POLICY taken_out ON export_record FOR INSERT TO {APP_ROLE} WITH CHECK (true)")


def downgrade() -> None:
    for table in ("data_request", "processing_activity", "export_record"):
        op.drop_table(table)
    op.drop_index("ix_party_id_number", table_name="party")
    op.drop_column("party", "bank_account")
    op.drop_column("party", "telephone")
