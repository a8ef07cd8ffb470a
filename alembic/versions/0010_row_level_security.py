"""Row-level security under the app's own filters, a role for the nation, and a login that owns nothing.

Revision ID: 0010
Revises: 0045

How a transaction says whose rows it may reach is in `thads_app/reach.py`; why it is done this way in ADR 0009.
A table made later brings its own policies in the same form, and its grants to both roles.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0045"
branch_labels = None
depends_on = None

APP_ROLE = "thads_app"
NATION_ROLE = "thads_nation"
SERVICE_LOGIN = "thads_service"


def held(setting: str) -> str:
    """The offices of a setting as an array. In a sub-select it is computed once per query, so that indexes serve.

    Without the setting there is no array, and no row equals any of it.
    """
    return f"(SELECT string_to_array(current_setting('thads.{setting}', true), ',')::int[])::int[]"


OWN_ACCOUNT = "(SELECT nullif(current_setting('thads.account', true), '')::int)"
NOBODYS = "(SELECT coalesce(current_setting('thads.account', true), '') = '')"
OF_CASES = f"office_id = ANY ({held('offices')})"
OF_FIGURES = f"office_id = ANY ({held('figures')})"


def of_visible_case(table: str) -> str:
    """Rows of a case somebody may see; the policy of `cases` holds inside the sub-select too."""
    return f"EXISTS (SELECT FROM cases seen WHERE seen.id = {table}.case_id)"


# Table → which rows an actor reaches, for reading and for writing.
ROWS_OF_OFFICES = {
    "cases": OF_CASES,
    "party": of_visible_case("party"),
    "obligation": of_visible_case("obligation"),
    "case_event": of_visible_case("case_event"),
    "assignment": f"{OF_CASES} OR {OF_FIGURES}",
    "handover": f"giver_office_id = ANY ({held('offices')}) OR receiver_office_id = ANY ({held('offices')})",
    "handover_item": "EXISTS (SELECT FROM handover seen WHERE seen.id = handover_item.handover_id)",
    "stat_delta": OF_FIGURES,
    "stat_monthly": OF_FIGURES,
    "stat_office_monthly": OF_FIGURES,
}
# Rows of one person. The nation's role reaches others' only where no account acts: the worker, the command line.
ROWS_OF_ACCOUNTS = {
    "import_job": f"account_id = {OWN_ACCOUNT}",
    "notice": f"account_id = {OWN_ACCOUNT}",
}
AUDITED = (
    f"office_id = ANY ({held('audit')}) "
    "OR (SELECT coalesce(current_setting('thads.audit_everywhere', true), '') = 'on')"
)
AUDIT = f"{AUDITED} OR account_id = {OWN_ACCOUNT}"
PROTECTED = (*ROWS_OF_OFFICES, *ROWS_OF_ACCOUNTS, "audit_entry", "audit_seal")


def upgrade() -> None:
    _roles()
    _grants()
    for table in PROTECTED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table, rows in ROWS_OF_OFFICES.items():
        op.execute(f"CREATE POLICY own_offices ON {table} TO {APP_ROLE} USING ({rows})")
        op.execute(f"CREATE POLICY everywhere ON {table} TO {NATION_ROLE} USING (true)")
    for table, rows in ROWS_OF_ACCOUNTS.items():
        op.execute(f"CREATE POLICY own_account ON {table} TO {APP_ROLE} USING ({rows})")
        op.execute(f"CREATE POLICY own_account_or_nobodys ON {table} TO {NATION_ROLE} USING ({NOBODYS} OR {rows})")
    for role in (APP_ROLE, NATION_ROLE):  # anybody may tell anybody something, and everything is audited
        op.execute(f"CREATE POLICY told_by_{role} ON notice FOR INSERT TO {role} WITH CHECK (true)")
        op.execute(f"CREATE POLICY written_by_{role} ON audit_entry FOR INSERT TO {role} WITH CHECK (true)")
    op.execute(f"CREATE POLICY own_offices ON audit_entry FOR SELECT TO {APP_ROLE} USING ({AUDIT})")
    op.execute(
        f"CREATE POLICY own_offices_or_nobodys ON audit_entry FOR SELECT TO {NATION_ROLE} USING ({NOBODYS} OR {AUDIT})"
    )
    # Seals are made by the worker alone.
    op.execute(f"CREATE POLICY own_offices ON audit_seal FOR SELECT TO {APP_ROLE} USING ({AUDITED})")
    op.execute(f"CREATE POLICY everywhere ON audit_seal TO {NATION_ROLE} USING (true)")


def downgrade() -> None:
    for table in PROTECTED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in ROWS_OF_OFFICES:
        op.execute(f"DROP POLICY own_offices ON {table}")
        op.execute(f"DROP POLICY everywhere ON {table}")
    for table in ROWS_OF_ACCOUNTS:
        op.execute(f"DROP POLICY own_account ON {table}")
        op.execute(f"DROP POLICY own_account_or_nobodys ON {table}")
    for role in (APP_ROLE, NATION_ROLE):
        op.execute(f"DROP POLICY told_by_{role} ON notice")
        op.execute(f"DROP POLICY written_by_{role} ON audit_entry")
    op.execute("DROP POLICY own_offices ON audit_entry")
    op.execute("DROP POLICY own_offices_or_nobodys ON audit_entry")
    op.execute("DROP POLICY own_offices ON audit_seal")
    op.execute("DROP POLICY everywhere ON audit_seal")
    # The roles are shared by the whole server and stay.
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {NATION_ROLE}")
    op.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {NATION_ROLE}")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {NATION_ROLE}")


def _roles() -> None:
    """Make the roles the server lacks.

    The login has no password: only a server that trusts its own socket (the embedded one) lets it in, anywhere else
    the operator gives it one. It inherits nothing, and is always one of the two roles. The owner is a member of the
    nation, whose policies let migrations and backups through although the tables are forced.
    """
    for name, options in (
        (NATION_ROLE, "NOLOGIN NOINHERIT"),
        (SERVICE_LOGIN, "LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"),
    ):
        op.execute(
            f"""
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN
                    CREATE ROLE {name} {options};
                END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END $$
            """
        )
    op.execute(f"GRANT {APP_ROLE}, {NATION_ROLE} TO {SERVICE_LOGIN}")
    op.execute(f"DO $$ BEGIN EXECUTE format('GRANT {NATION_ROLE} TO %I', current_user); END $$")


def _grants() -> None:
    """Give the nation's role exactly what the app role has, on tables and on single columns."""
    op.execute(f"GRANT USAGE ON SCHEMA public TO {NATION_ROLE}")
    op.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}, {NATION_ROLE}")
    op.execute(
        f"""
        DO $$
        DECLARE given record;
        BEGIN
            FOR given IN
                SELECT c.oid::regclass AS relation, acl.privilege_type AS privilege
                FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) acl
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                    AND acl.grantee = '{APP_ROLE}'::regrole
            LOOP EXECUTE format('GRANT %s ON %s TO {NATION_ROLE}', given.privilege, given.relation); END LOOP;
            FOR given IN
                SELECT c.oid::regclass AS relation, acl.privilege_type AS privilege, quote_ident(a.attname) AS name
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL
                CROSS JOIN LATERAL aclexplode(a.attacl) acl
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                    AND acl.grantee = '{APP_ROLE}'::regrole
            LOOP
                EXECUTE format('GRANT %s (%s) ON %s TO {NATION_ROLE}', given.privilege, given.name, given.relation);
            END LOOP;
        END $$
        """
    )
