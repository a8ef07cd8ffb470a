"""What an import must know of its officers: declared relatives, and who is accountant where. Works on psycopg."""

from collections.abc import Sequence
from datetime import date

from thads_app.repositories.bulk import Connection


async def declarations(
    connection: Connection, staff_ids: Sequence[int]
) -> list[tuple[int, str, str, str, str | None, int | None]]:
    """(staff, name, relation, person, identity key, case) of the declarations in force of these people."""
    rows = await connection.execute(
        """
        SELECT c.staff_id, s.full_name, c.relation, c.person, c.person_key, c.case_id
        FROM conflict_of_interest c JOIN staff_member s ON s.id = c.staff_id
        WHERE c.staff_id = ANY(%s) AND c.ended_on IS NULL ORDER BY c.id
        """,
        [list(staff_ids)],
    )
    return [(int(row[0]), row[1], row[2], row[3], row[4], row[5]) for row in await rows.fetchall()]


async def parties_bearing(
    connection: Connection, case_ids: Sequence[int], keys: Sequence[str]
) -> list[tuple[int, str]]:
    """(case, identity key) of the parties of these cases that bear one of the keys."""
    rows = await connection.execute(
        """
        SELECT DISTINCT case_id, upper(regexp_replace(id_number, '[^[:alnum:]]', '', 'g'))
        FROM party
        WHERE case_id = ANY(%s) AND upper(regexp_replace(id_number, '[^[:alnum:]]', '', 'g')) = ANY(%s)
        """,
        [list(case_ids), list(keys)],
    )
    return [(int(row[0]), row[1]) for row in await rows.fetchall()]


async def accountants(
    connection: Connection, staff_ids: Sequence[int]
) -> list[tuple[int, str, int, date | None, date | None]]:
    """(staff, name, office, from, to) of the accountant's roles these people's usable accounts hold."""
    rows = await connection.execute(
        """
        SELECT a.staff_id, a.full_name, g.office_id, g.valid_from, g.valid_to
        FROM role_grant g JOIN account a ON a.id = g.account_id
        WHERE a.staff_id = ANY(%s) AND g.role = 'accountant' AND g.ended_at IS NULL AND a.disabled_at IS NULL
        """,
        [list(staff_ids)],
    )
    return [(int(row[0]), row[1], int(row[2]), row[3], row[4]) for row in await rows.fetchall()]
