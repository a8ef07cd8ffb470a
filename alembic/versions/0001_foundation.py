"""The foundation: offices, people, accounts, cases, events, handovers, statistics; what is append-only; the app role.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APP_ROLE = "thads_app"
APPEND_ONLY = ("case_event", "stat_delta", "audit_entry")
# The worker deletes nothing either; these are the tables whose rows the app may replace as a whole.
DELETABLE = (
    "party",
    "obligation",
    "assignment",
    "handover_item",
    "sign_in_throttle",
    "role_grant",
    "target",
    "notice",
)


def upgrade() -> None:

    op.create_table(
        "judgment",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("number_key", sa.String(length=80), nullable=False),
        sa.Column("judgment_date", sa.Date(), nullable=False),
        sa.Column("issuing_body", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "civil",
                "criminal",
                "administrative",
                "family",
                "commercial",
                "labour",
                "bankruptcy",
                "arbitration",
                "competition",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgment")),
    )
    op.create_index(
        "ix_judgment_number", "judgment", ["number_key", "judgment_date"], unique=False
    )
    op.create_table(
        "office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=100), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "central",
                "province",
                "district",
                "region",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("successor_rule", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(valid_to is null) = (successor_id is null)",
            name=op.f("ck_office_successor_of_ended"),
        ),
        sa.CheckConstraint(
            "successor_id <> id", name=op.f("ck_office_successor_other")
        ),
        sa.CheckConstraint(
            "valid_from is null or valid_to is null or valid_from <= valid_to",
            name=op.f("ck_office_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["office.id"], name=op.f("fk_office_parent_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["office.id"], name=op.f("fk_office_successor_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("code", name=op.f("uq_office_code")),
    )
    op.create_index(op.f("ix_office_parent_id"), "office", ["parent_id"], unique=False)
    op.create_index(
        op.f("ix_office_successor_id"), "office", ["successor_id"], unique=False
    )
    op.create_table(
        "published_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("office_code", sa.String(length=12), nullable=True),
        sa.Column("period_label", sa.String(length=100), nullable=False),
        sa.Column("period_range", sa.String(length=40), nullable=True),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("original_indicator", sa.String(length=80), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=True),
        sa.Column("value", sa.Numeric(precision=24, scale=4), nullable=False),
        sa.Column("value_kind", sa.String(length=40), nullable=False),
        sa.Column("source_url", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_result")),
    )
    op.create_index(
        "ix_published_result_unit",
        "published_result",
        ["level", "unit_name", "measure"],
        unique=False,
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.Column("source_note", sa.String(length=500), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "last_failure_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_throttle")),
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=160), nullable=False),
        sa.Column(
            "grade",
            sa.Enum(
                "junior",
                "intermediate",
                "senior",
                name="grade",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("position", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("code", name=op.f("uq_staff_member_code")),
    )
    op.create_table(
        "stat_fold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_delta_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("folded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_stat_fold_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_fold")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("telephone", sa.String(length=30), nullable=True),
        sa.Column("position", sa.String(length=120), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "must_change_password", sa.Boolean(), server_default="false", nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_account_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_member.id"],
            name=op.f("fk_account_staff_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_index(
        op.f("ix_account_office_id"), "account", ["office_id"], unique=False
    )
    op.create_index(op.f("ix_account_staff_id"), "account", ["staff_id"], unique=False)
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to is null or valid_from is null or valid_from <= valid_to",
            name=op.f("ck_posting_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_posting_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_member.id"],
            name=op.f("fk_posting_staff_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index(
        "ix_posting_office_staff", "posting", ["office_id", "staff_id"], unique=False
    )
    op.create_index(op.f("ix_posting_staff_id"), "posting", ["staff_id"], unique=False)
    op.create_table(
        "stat_monthly",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column(
            "indicator",
            sa.Enum(
                "newly_registered",
                "carried_over",
                "entrusted",
                "withdrawn",
                "revoked",
                "transferred",
                "completed",
                "terminated",
                "reduced",
                "in_progress",
                "postponed_by_agreement",
                "postponed_other",
                "suspended",
                "held_other",
                "without_conditions",
                "separate_book",
                name="indicator",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("business_month", sa.Date(), nullable=False),
        sa.Column("recorded_month", sa.Date(), nullable=False),
        sa.Column(
            "judgment_kind",
            sa.Enum(
                "civil",
                "criminal",
                "administrative",
                "family",
                "commercial",
                "labour",
                "bankruptcy",
                "arbitration",
                "competition",
                "other",
                name="judgment_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "ex_officio",
                "on_request",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_revenue", sa.Boolean(), nullable=False),
        sa.Column("credit_institution", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_stat_monthly_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["staff_member.id"],
            name=op.f("fk_stat_monthly_officer_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_monthly")),
    )
    op.create_index(
        "uq_stat_monthly_cell",
        "stat_monthly",
        [
            "office_id",
            "officer_id",
            "indicator",
            "business_month",
            "recorded_month",
            "judgment_kind",
            "source",
            "state_revenue",
            "credit_institution",
        ],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "stat_office_monthly",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column(
            "indicator",
            sa.Enum(
                "newly_registered",
                "carried_over",
                "entrusted",
                "withdrawn",
                "revoked",
                "transferred",
                "completed",
                "terminated",
                "reduced",
                "in_progress",
                "postponed_by_agreement",
                "postponed_other",
                "suspended",
                "held_other",
                "without_conditions",
                "separate_book",
                name="indicator",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("business_month", sa.Date(), nullable=False),
        sa.Column("recorded_month", sa.Date(), nullable=False),
        sa.Column(
            "judgment_kind",
            sa.Enum(
                "civil",
                "criminal",
                "administrative",
                "family",
                "commercial",
                "labour",
                "bankruptcy",
                "arbitration",
                "competition",
                "other",
                name="judgment_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["office.id"],
            name=op.f("fk_stat_office_monthly_office_id_office"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_office_monthly")),
    )
    op.create_index(
        "uq_stat_office_monthly_cell",
        "stat_office_monthly",
        ["office_id", "indicator", "business_month", "recorded_month", "judgment_kind"],
        unique=True,
    )
    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "count",
                "amount",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rate", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("source_note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("rate > 0 and rate <= 100", name=op.f("ck_target_rate")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_target_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    op.create_index(
        "uq_target_cell", "target", ["office_id", "fiscal_year", "measure"], unique=True
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(
        op.f("ix_api_token_account_id"), "api_token", ["account_id"], unique=False
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_type", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column(
            "detail",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_audit_entry_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_audit_entry_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(
        op.f("ix_audit_entry_account_id"), "audit_entry", ["account_id"], unique=False
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(
        "ix_audit_entry_object",
        "audit_entry",
        ["object_type", "object_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_audit_entry_office_id"), "audit_entry", ["office_id"], unique=False
    )
    op.create_table(
        "auth_session",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "last_seen_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage", sa.String(length=20), server_default="full", nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_auth_session_account_id_account"),
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_auth_session")),
    )
    op.create_index(
        op.f("ix_auth_session_account_id"), "auth_session", ["account_id"], unique=False
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("registered_office_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("book", sa.String(length=4), server_default="03", nullable=False),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("decision_date", sa.Date(), nullable=False),
        sa.Column("decision_year", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "ex_officio",
                "on_request",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "received_entrustment", sa.Boolean(), server_default="false", nullable=False
        ),
        sa.Column("judgment_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "judgment_kind",
            sa.Enum(
                "civil",
                "criminal",
                "administrative",
                "family",
                "commercial",
                "labour",
                "bankruptcy",
                "arbitration",
                "competition",
                "other",
                name="judgment_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state_revenue", sa.Boolean(), server_default="false", nullable=False
        ),
        sa.Column(
            "credit_institution", sa.Boolean(), server_default="false", nullable=False
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("outstanding", sa.BigInteger(), nullable=False),
        sa.Column("collected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "in_progress",
                "without_conditions",
                "postponed_by_agreement",
                "postponed_other",
                "suspended",
                "held_other",
                "separate_book",
                "completed",
                "terminated",
                "request_returned",
                "entrusted",
                "withdrawn",
                "revoked",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("status_since", sa.Date(), nullable=False),
        sa.Column("last_event_date", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("debtor_name", sa.String(length=200), nullable=False),
        sa.Column("debtor_key", sa.String(length=250), nullable=False),
        sa.Column("creditor_name", sa.String(length=200), nullable=True),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_cases_amount")),
        sa.CheckConstraint("collected >= 0", name=op.f("ck_cases_collected")),
        sa.CheckConstraint(
            "decision_year = extract(year from decision_date)",
            name=op.f("ck_cases_decision_year"),
        ),
        sa.CheckConstraint("outstanding >= 0", name=op.f("ck_cases_outstanding")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_cases_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["judgment_id"], ["judgment.id"], name=op.f("fk_cases_judgment_id_judgment")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_cases_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["staff_member.id"],
            name=op.f("fk_cases_officer_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["registered_office_id"],
            ["office.id"],
            name=op.f("fk_cases_registered_office_id_office"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint(
            "registered_office_id",
            "decision_year",
            "book",
            "decision_number",
            name="uq_cases_decision",
        ),
    )
    op.create_index(
        "ix_cases_date",
        "cases",
        [sa.literal_column("decision_date desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        op.f("ix_cases_judgment_id"), "cases", ["judgment_id"], unique=False
    )
    op.create_index(
        "ix_cases_office_date",
        "cases",
        [
            "office_id",
            sa.literal_column("decision_date desc"),
            sa.literal_column("id desc"),
        ],
        unique=False,
    )
    op.create_index(
        "ix_cases_officer_date",
        "cases",
        [
            "officer_id",
            sa.literal_column("decision_date desc"),
            sa.literal_column("id desc"),
        ],
        unique=False,
    )
    op.create_index(
        "ix_cases_search", "cases", ["search"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "ix_cases_status_office",
        "cases",
        [
            "status",
            "office_id",
            sa.literal_column("decision_date desc"),
            sa.literal_column("id desc"),
        ],
        unique=False,
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "intake_to_officer",
                "officer_to_officer",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "sent",
                "closed",
                "recalled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("giver_office_id", sa.Integer(), nullable=False),
        sa.Column("giver_staff_id", sa.Integer(), nullable=True),
        sa.Column("giver_account_id", sa.Integer(), nullable=True),
        sa.Column("receiver_office_id", sa.Integer(), nullable=False),
        sa.Column("receiver_staff_id", sa.Integer(), nullable=True),
        sa.Column("outside_party", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("business_date", sa.Date(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_handover_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["giver_account_id"],
            ["account.id"],
            name=op.f("fk_handover_giver_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["giver_office_id"],
            ["office.id"],
            name=op.f("fk_handover_giver_office_id_office"),
        ),
        sa.ForeignKeyConstraint(
            ["giver_staff_id"],
            ["staff_member.id"],
            name=op.f("fk_handover_giver_staff_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["receiver_office_id"],
            ["office.id"],
            name=op.f("fk_handover_receiver_office_id_office"),
        ),
        sa.ForeignKeyConstraint(
            ["receiver_staff_id"],
            ["staff_member.id"],
            name=op.f("fk_handover_receiver_staff_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint(
            "giver_office_id", "year", "number", name="uq_handover_number"
        ),
    )
    op.create_index(
        "ix_handover_giver",
        "handover",
        ["giver_office_id", "giver_staff_id", "status"],
        unique=False,
    )
    op.create_index(
        "ix_handover_receiver",
        "handover",
        ["receiver_office_id", "receiver_staff_id", "status"],
        unique=False,
    )
    op.create_table(
        "import_job",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column(
            "status", sa.String(length=20), server_default="queued", nullable=False
        ),
        sa.Column("dry_run", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "summary",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_import_job_account_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_index(
        op.f("ix_import_job_account_id"), "import_job", ["account_id"], unique=False
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("href", sa.String(length=200), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(
        op.f("ix_notice_account_id"), "notice", ["account_id"], unique=False
    )
    op.create_index(
        "ix_notice_unread",
        "notice",
        ["account_id"],
        unique=False,
        postgresql_where=sa.text("read_at is null"),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "leader",
                "head",
                "deputy_head",
                "officer",
                "intake_clerk",
                "statistician",
                "accountant",
                "storekeeper",
                "records_clerk",
                "archivist",
                "examiner",
                "secretary",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_from is null or valid_from <= valid_to",
            name=op.f("ck_role_grant_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_role_grant_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"],
            ["account.id"],
            name=op.f("fk_role_grant_granted_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_role_grant_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(
        op.f("ix_role_grant_account_id"), "role_grant", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_role_grant_office_id"), "role_grant", ["office_id"], unique=False
    )
    op.create_table(
        "case_event",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "registered",
                "assigned",
                "collected",
                "reduced",
                "found_without_conditions",
                "found_with_conditions",
                "postponed_by_agreement",
                "postponed_other",
                "suspended",
                "resumed",
                "held_other",
                "moved_to_separate_book",
                "returned_from_separate_book",
                "entrusted",
                "partly_entrusted",
                "withdrawn_by_superior",
                "revoked",
                "completed",
                "terminated",
                "partly_terminated",
                "request_returned",
                "corrected",
                name="type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("receiving_office_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("document_number", sa.String(length=80), nullable=True),
        sa.Column("ground", sa.String(length=500), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column(
            "payload",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("handover_id", sa.BigInteger(), nullable=True),
        sa.Column("late", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(type = 'corrected') = (corrects_id is not null)",
            name=op.f("ck_case_event_corrects"),
        ),
        sa.CheckConstraint(
            "type <> 'assigned' or staff_id is not null",
            name=op.f("ck_case_event_assigned"),
        ),
        sa.CheckConstraint(
            "amount is null or amount >= 0", name=op.f("ck_case_event_amount")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_event_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["case_event.id"],
            name=op.f("fk_case_event_corrects_id_case_event"),
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["handover.id"],
            name=op.f("fk_case_event_handover_id_handover"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_case_event_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["staff_member.id"],
            name=op.f("fk_case_event_officer_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of"],
            ["account.id"],
            name=op.f("fk_case_event_on_behalf_of_account"),
        ),
        sa.ForeignKeyConstraint(
            ["receiving_office_id"],
            ["office.id"],
            name=op.f("fk_case_event_receiving_office_id_office"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["account.id"],
            name=op.f("fk_case_event_recorded_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_member.id"],
            name=op.f("fk_case_event_staff_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sa.UniqueConstraint("case_id", "sequence", name="uq_case_event_sequence"),
        sa.UniqueConstraint("request_id", name="uq_case_event_request"),
    )
    op.create_index(
        op.f("ix_case_event_office_id"), "case_event", ["office_id"], unique=False
    )
    op.create_index(
        op.f("ix_case_event_recorded_at"), "case_event", ["recorded_at"], unique=False
    )
    op.create_index(
        "uq_case_event_corrects",
        "case_event",
        ["corrects_id"],
        unique=True,
        postgresql_where=sa.text("corrects_id is not null"),
    )
    op.create_table(
        "obligation",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.String(length=1000), nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "state_revenue", sa.Boolean(), server_default="false", nullable=False
        ),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_obligation_amount")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_obligation_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
    )
    op.create_index(
        op.f("ix_obligation_case_id"), "obligation", ["case_id"], unique=False
    )
    op.create_table(
        "party",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "creditor",
                "debtor",
                "interested_party",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("id_number", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_party_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    op.create_index(op.f("ix_party_case_id"), "party", ["case_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "valid_to is null or valid_from <= valid_to",
            name=op.f("ck_assignment_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_assignment_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["case_event.id"],
            name=op.f("fk_assignment_event_id_case_event"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_assignment_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_member.id"],
            name=op.f("fk_assignment_staff_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(
        op.f("ix_assignment_case_id"), "assignment", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_assignment_staff_id"), "assignment", ["staff_id"], unique=False
    )
    op.create_index(
        "uq_assignment_open_case",
        "assignment",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("valid_to is null"),
    )
    op.create_table(
        "handover_item",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("handover_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sheet_count", sa.Integer(), nullable=False),
        sa.Column("open_deadlines", sa.String(length=500), nullable=True),
        sa.Column(
            "money_in_custody", sa.BigInteger(), server_default="0", nullable=False
        ),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "accepted",
                "confirmed",
                "refused",
                "recalled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("open", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("refusal_reason", sa.String(length=500), nullable=True),
        sa.Column("receiver_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receiver_confirmed_by", sa.Integer(), nullable=True),
        sa.Column("head_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("head_confirmed_by", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status <> 'refused' or refusal_reason is not null",
            name=op.f("ck_handover_item_refusal_reason"),
        ),
        sa.CheckConstraint(
            "money_in_custody >= 0", name=op.f("ck_handover_item_money_in_custody")
        ),
        sa.CheckConstraint(
            "sheet_count >= 0", name=op.f("ck_handover_item_sheet_count")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_handover_item_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["case_event.id"],
            name=op.f("fk_handover_item_event_id_case_event"),
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["handover.id"],
            name=op.f("fk_handover_item_handover_id_handover"),
        ),
        sa.ForeignKeyConstraint(
            ["head_confirmed_by"],
            ["account.id"],
            name=op.f("fk_handover_item_head_confirmed_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["receiver_confirmed_by"],
            ["account.id"],
            name=op.f("fk_handover_item_receiver_confirmed_by_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_item")),
        sa.UniqueConstraint("handover_id", "case_id", name="uq_handover_item_case"),
    )
    op.create_index(
        op.f("ix_handover_item_case_id"), "handover_item", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_handover_item_handover_id"),
        "handover_item",
        ["handover_id"],
        unique=False,
    )
    op.create_index(
        "uq_handover_item_open_case",
        "handover_item",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("open"),
    )
    op.create_table(
        "stat_delta",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "indicator",
            sa.Enum(
                "newly_registered",
                "carried_over",
                "entrusted",
                "withdrawn",
                "revoked",
                "transferred",
                "completed",
                "terminated",
                "reduced",
                "in_progress",
                "postponed_by_agreement",
                "postponed_other",
                "suspended",
                "held_other",
                "without_conditions",
                "separate_book",
                name="indicator",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column(
            "judgment_kind",
            sa.Enum(
                "civil",
                "criminal",
                "administrative",
                "family",
                "commercial",
                "labour",
                "bankruptcy",
                "arbitration",
                "competition",
                "other",
                name="judgment_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "ex_officio",
                "on_request",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_revenue", sa.Boolean(), nullable=False),
        sa.Column("credit_institution", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_stat_delta_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["case_event.id"],
            name=op.f("fk_stat_delta_event_id_case_event"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_stat_delta_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["staff_member.id"],
            name=op.f("fk_stat_delta_officer_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_delta")),
    )
    op.create_index("ix_stat_delta_case", "stat_delta", ["case_id"], unique=False)
    op.create_index(
        "ix_stat_delta_office_indicator",
        "stat_delta",
        ["office_id", "indicator", "business_date"],
        unique=False,
    )
    op.create_index(
        "ix_stat_delta_recorded", "stat_delta", ["recorded_at"], unique=False
    )
    _protect()


def downgrade() -> None:
    _unprotect()

    op.drop_index("ix_stat_delta_recorded", table_name="stat_delta")
    op.drop_index("ix_stat_delta_office_indicator", table_name="stat_delta")
    op.drop_index("ix_stat_delta_case", table_name="stat_delta")
    op.drop_table("stat_delta")
    op.drop_index(
        "uq_handover_item_open_case",
        table_name="handover_item",
        postgresql_where=sa.text("open"),
    )
    op.drop_index(op.f("ix_handover_item_handover_id"), table_name="handover_item")
    op.drop_index(op.f("ix_handover_item_case_id"), table_name="handover_item")
    op.drop_table("handover_item")
    op.drop_index(
        "uq_assignment_open_case",
        table_name="assignment",
        postgresql_where=sa.text("valid_to is null"),
    )
    op.drop_index(op.f("ix_assignment_staff_id"), table_name="assignment")
    op.drop_index(op.f("ix_assignment_case_id"), table_name="assignment")
    op.drop_table("assignment")
    op.drop_index(op.f("ix_party_case_id"), table_name="party")
    op.drop_table("party")
    op.drop_index(op.f("ix_obligation_case_id"), table_name="obligation")
    op.drop_table("obligation")
    op.drop_index(
        "uq_case_event_corrects",
        table_name="case_event",
        postgresql_where=sa.text("corrects_id is not null"),
    )
    op.drop_index(op.f("ix_case_event_recorded_at"), table_name="case_event")
    op.drop_index(op.f("ix_case_event_office_id"), table_name="case_event")
    op.drop_table("case_event")
    op.drop_index(op.f("ix_role_grant_office_id"), table_name="role_grant")
    op.drop_index(op.f("ix_role_grant_account_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index(
        "ix_notice_unread",
        table_name="notice",
        postgresql_where=sa.text("read_at is null"),
    )
    op.drop_index(op.f("ix_notice_account_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_import_job_account_id"), table_name="import_job")
    op.drop_table("import_job")
    op.drop_index("ix_handover_receiver", table_name="handover")
    op.drop_index("ix_handover_giver", table_name="handover")
    op.drop_table("handover")
    op.drop_index("ix_cases_status_office", table_name="cases")
    op.drop_index("ix_cases_search", table_name="cases", postgresql_using="gin")
    op.drop_index("ix_cases_officer_date", table_name="cases")
    op.drop_index("ix_cases_office_date", table_name="cases")
    op.drop_index(op.f("ix_cases_judgment_id"), table_name="cases")
    op.drop_index("ix_cases_date", table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_auth_session_account_id"), table_name="auth_session")
    op.drop_table("auth_session")
    op.drop_index(op.f("ix_audit_entry_office_id"), table_name="audit_entry")
    op.drop_index("ix_audit_entry_object", table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_at"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_account_id"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index(op.f("ix_api_token_account_id"), table_name="api_token")
    op.drop_table("api_token")
    op.drop_index("uq_target_cell", table_name="target")
    op.drop_table("target")
    op.drop_index("uq_stat_office_monthly_cell", table_name="stat_office_monthly")
    op.drop_table("stat_office_monthly")
    op.drop_index(
        "uq_stat_monthly_cell",
        table_name="stat_monthly",
        postgresql_nulls_not_distinct=True,
    )
    op.drop_table("stat_monthly")
    op.drop_index(op.f("ix_posting_staff_id"), table_name="posting")
    op.drop_index("ix_posting_office_staff", table_name="posting")
    op.drop_table("posting")
    op.drop_index(op.f("ix_account_staff_id"), table_name="account")
    op.drop_index(op.f("ix_account_office_id"), table_name="account")
    op.drop_table("account")
    op.drop_table("stat_fold")
    op.drop_table("staff_member")
    op.drop_table("sign_in_throttle")
    op.drop_table("setting")
    op.drop_index("ix_published_result_unit", table_name="published_result")
    op.drop_table("published_result")
    op.drop_index(op.f("ix_office_successor_id"), table_name="office")
    op.drop_index(op.f("ix_office_parent_id"), table_name="office")
    op.drop_table("office")
    op.drop_index("ix_judgment_number", table_name="judgment")
    op.drop_table("judgment")


def _protect() -> None:
    """Refuse any change of append-only rows, whoever asks, and give the app role only what it needs."""
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
                CREATE ROLE {APP_ROLE} NOLOGIN NOINHERIT;
            END IF;
            EXECUTE format('GRANT {APP_ROLE} TO %I', current_user);
        END $$
        """
    )
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
    op.execute(
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}"
    )
    op.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
    op.execute(f"REVOKE INSERT, UPDATE ON alembic_version FROM {APP_ROLE}")
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE ON {table} FROM {APP_ROLE}")
    for table in DELETABLE:
        op.execute(f"GRANT DELETE ON {table} TO {APP_ROLE}")
    op.execute("INSERT INTO stat_fold (id, last_delta_id) VALUES (1, 0)")


def _unprotect() -> None:
    """Take back the app role's rights and the guard. The role itself is shared by the whole server and stays."""
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APP_ROLE}")
    op.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {APP_ROLE}")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {APP_ROLE}")
    op.execute("DROP FUNCTION refuse_change() CASCADE")
