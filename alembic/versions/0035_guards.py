"""Declared conflicts of interest, completions that wait for a second person, and who confirmed an event.

Revision ID: 0035
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0010"
branch_labels = None
depends_on = None

APP_ROLE = "thads_app"
NATION_ROLE = "thads_nation"
OFFICES = "(SELECT string_to_array(current_setting('thads.offices', true), ',')::int[])::int[]"
OWN_ACCOUNT = "(SELECT nullif(current_setting('thads.account', true), '')::int)"
# A declaration follows its officer: whoever looks after an office the officer ever worked in must know of it.
POSTED = f"(SELECT array_agg(held.staff_id) FROM posting held WHERE held.office_id = ANY ({OFFICES}))::int[]"  # noqa: S608
OWN_STAFF = f"(SELECT me.staff_id FROM account me WHERE me.id = {OWN_ACCOUNT})"  # noqa: S608
ROWS = {
    "conflict_of_interest": f"staff_id = ANY ({POSTED}) OR staff_id = {OWN_STAFF}",
    "completion_request": "EXISTS (SELECT FROM cases seen WHERE seen.id = completion_request.case_id)",
}
LIMIT_NOTE = "Quy tắc của dự án, chưa có nguồn pháp luật"


def upgrade() -> None:
    op.add_column("case_event", sa.Column("confirmed_by", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_case_event_confirmed_by_account"), "case_event", "account", ["confirmed_by"], ["id"])
    _conflicts()
    _completions()
    for table, rows in ROWS.items():
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {APP_ROLE}, {NATION_ROLE}")
        op.execute(f"GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO {APP_ROLE}, {NATION_ROLE}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_offices ON {table} TO {APP_ROLE} USING ({rows})")
        op.execute(f"CREATE POLICY everywhere ON {table} TO {NATION_ROLE} USING (true)")
    op.execute(
        sa.text(
            "INSERT INTO setting (key, value, source_note) "
            "VALUES ('completion.second_person_above', '500000000', :note) "
            "ON CONFLICT DO NOTHING"
        ).bindparams(note=LIMIT_NOTE)
    )


def downgrade() -> None:
    op.execute("DELETE FROM setting WHERE key = 'completion.second_person_above'")
    op.drop_table("completion_request")
    op.drop_table("conflict_of_interest")
    op.drop_constraint(op.f("fk_case_event_confirmed_by_account"), "case_event", type_="foreignkey")
    op.drop_column("case_event", "confirmed_by")


def _conflicts() -> None:
    table = "conflict_of_interest"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "self", "spouse", "child", "parent", "grandparent", "uncle_aunt", "sibling", "spouses_family",
                "niece_nephew",
                name="relation", native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("person_key", sa.String(length=40), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("colleague_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("declared_by", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "case_id is not null or person_key is not null or colleague_id is not null",
            name=op.f(f"ck_{table}_concerns_something"),
        ),
        sa.CheckConstraint("ended_on is null or ended_on >= declared_on", name=op.f(f"ck_{table}_validity")),
        sa.CheckConstraint(
            "(ended_on is null) = (end_reason is null)", name=op.f(f"ck_{table}_ended_for_a_reason")
        ),
        *_keys(table, staff_id="staff_member", case_id="cases", colleague_id="account", declared_by="account",
               ended_by="account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )  # fmt: skip
    in_force = sa.text("ended_on is null")
    op.create_index(f"ix_{table}_staff", table, ["staff_id"], postgresql_where=in_force)
    op.create_index(f"ix_{table}_person", table, ["person_key"], postgresql_where=in_force)
    op.create_index(f"ix_{table}_case", table, ["case_id"])


def _completions() -> None:
    table = "completion_request"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("collected", sa.BigInteger(), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=True),
        sa.Column("ground", sa.String(length=500), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("on_behalf_of", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting", "confirmed", "refused", "withdrawn",
                name="status", native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_on_behalf_of", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(status = 'waiting') = (answered_at is null)", name=op.f(f"ck_{table}_answered")),
        sa.CheckConstraint("(status = 'confirmed') = (event_id is not null)", name=op.f(f"ck_{table}_confirmed")),
        sa.CheckConstraint(
            "status <> 'refused' or reason is not null", name=op.f(f"ck_{table}_refused_for_a_reason")
        ),
        sa.CheckConstraint(
            "answered_by is null or answered_by <> recorded_by or status = 'withdrawn'",
            name=op.f(f"ck_{table}_two_people"),
        ),
        *_keys(table, case_id="cases", recorded_by="account", on_behalf_of="account", answered_by="account",
               answered_on_behalf_of="account", event_id="case_event"),
        sa.UniqueConstraint("request_id", name=f"uq_{table}_request"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )  # fmt: skip
    waiting = sa.text("status = 'waiting'")
    op.create_index(f"uq_{table}_waiting", table, ["case_id"], unique=True, postgresql_where=waiting)
    op.create_index(f"ix_{table}_case", table, ["case_id"])


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]
