"""What administrators need of accounts: names as they are searched, the last sign-in, and the yearly reviews.

`search_key` is made by the database, so that no writer of accounts can forget it: the given name first, for the order
of lists, then everything an account is looked for by, without case and accents.

Revision ID: 0045
Revises: 0020
"""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0045"
down_revision = "0020"
branch_labels = None
depends_on = None

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
SEARCH_KEY = (
    "fold_name(coalesce(substring(full_name::text, '[^ ]+$'::text), ''::text) || ' '::text || full_name::text || "
    "' '::text || username::text || ' '::text || coalesce(email, ''::character varying)::text)"
)


def upgrade() -> None:
    marked, bare = _letters()
    op.execute(
        f"""
        CREATE FUNCTION fold_name(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        AS $$ SELECT lower(translate(normalize(words, NFC), '{marked}', '{bare}')) $$
        """
    )
    op.add_column("account", sa.Column("search_key", sa.String(), sa.Computed(SEARCH_KEY, persisted=True)))
    op.create_index("ix_account_search_key", "account", ["search_key", "id"])
    op.add_column("account", sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """
        UPDATE account SET last_signed_in_at = seen.latest
        FROM (SELECT account_id, max(created_at) AS latest FROM auth_session GROUP BY account_id) AS seen
        WHERE seen.account_id = account.id
        """
    )
    _create_reviews()


def _letters() -> tuple[str, str]:
    """Every letter of Vietnamese with a mark, in both cases, and the plain letters in the same places."""
    marked: list[str] = ["đ", "Đ"]
    bare: list[str] = ["d", "D"]
    for shape in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY":
        for tone in TONES:
            letter = unicodedata.normalize("NFC", shape + tone)
            plain = unicodedata.normalize("NFD", shape)[0]
            if letter != plain:
                marked.append(letter)
                bare.append(plain)
    return "".join(marked), "".join(bare)


def _create_reviews() -> None:
    op.create_table(
        "account_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("findings", ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_review_account_id_account")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_account_review_office_id_office")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name=op.f("fk_account_review_reviewed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_review")),
    )
    op.create_index(op.f("ix_account_review_office_id"), "account_review", ["office_id"])
    op.create_index("ix_account_review_account_id_reviewed_at", "account_review", ["account_id", "reviewed_at"])
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON account_review "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON account_review "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for role in ("thads_app", "thads_nation"):
        op.execute(
            f"""
            DO $$ BEGIN
                IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                    GRANT SELECT, INSERT ON account_review TO {role};
                    GRANT USAGE, SELECT ON SEQUENCE account_review_id_seq TO {role};
                END IF;
            END $$
            """
        )


def downgrade() -> None:
    op.drop_table("account_review")
    op.drop_column("account", "last_signed_in_at")
    op.drop_index("ix_account_search_key", "account")
    op.drop_column("account", "search_key")
    op.execute("DROP FUNCTION fold_name(text)")
