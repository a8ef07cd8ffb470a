"""How long an administrator of the nation waits for a list of 10,000 accounts (`make bench`).

Budget: a page of the list, narrowed or not, <= 30 ms p95.
"""

from __future__ import annotations

import time
from statistics import quantiles

from sqlalchemy import text

from models.enums import Role
from tests.support.cast import Cast
from thads_app.db import raw_owner_connection, unit_of_work
from thads_app.rules.account_reviews import AccountState
from thads_app.rules.rights import EVERYWHERE
from thads_app.services.administration.accounts import AccountQuery, find_accounts
from thads_app.services.administration.review import ReviewQuery, review_accounts

ACCOUNTS = 10_000
REPEATS = 40
BUDGET_MS = 30
ASKED = {
    "the first page": AccountQuery(),
    "page 100": AccountQuery(page=100),
    "two words": AccountQuery(text="thi huong"),
    "a user name": AccountQuery(text="nguoi.4711"),
    "a province": AccountQuery(office="91"),
    "a role": AccountQuery(role=Role.OFFICER),
    "never signed in": AccountQuery(state=AccountState.NEVER),
    "unused": AccountQuery(state=AccountState.UNUSED),
    "a role and words": AccountQuery(text="thi", role=Role.HEAD, page=3),
}


async def make_accounts() -> None:
    """Ten thousand people over all offices, each with a role, a third of them signed in of late."""
    async with unit_of_work(EVERYWHERE) as session:
        await session.execute(
            text(
                """
                INSERT INTO account
                    (username, password_hash, full_name, email, office_id, created_at, last_signed_in_at)
                SELECT 'nguoi.' || n, 'x',
                    (ARRAY['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Võ', 'Đặng'])[1 + n % 6] || ' ' ||
                    (ARRAY['Văn', 'Thị', 'Hữu', 'Ngọc'])[1 + n % 4] || ' ' ||
                    (ARRAY['An', 'Bình', 'Hương', 'Dũng', 'Lan', 'Phúc', 'Tâm', 'Yến', 'Ưng'])[1 + n % 9],
                    'nguoi.' || n || '@thads.example', (SELECT array_agg(id ORDER BY id) FROM office)[
                        1 + n % (SELECT count(*)::int FROM office)],
                    now() - interval '200 days',
                    CASE n % 3 WHEN 0 THEN now() - interval '2 days' WHEN 1 THEN now() - interval '120 days' END
                FROM generate_series(1, :many) n
                """
            ),
            {"many": ACCOUNTS},
        )
        await session.execute(
            text(
                """
                INSERT INTO role_grant (account_id, role, office_id, reason)
                SELECT id, (ARRAY['officer', 'head', 'intake_clerk', 'accountant'])[1 + id % 4], office_id, 'đo'
                FROM account WHERE username LIKE 'nguoi.%'
                """
            )
        )
    with raw_owner_connection() as connection:
        connection.execute("ANALYZE account, role_grant")


async def test_a_page_of_ten_thousand_accounts(cast: Cast) -> None:
    await make_accounts()
    slow: list[str] = []
    for part in ("central_admin", "province_admin"):
        for what, query in ASKED.items():
            taken: list[float] = []
            page = await find_accounts(cast[part], query)
            for _ in range(REPEATS):
                began = time.perf_counter()
                await find_accounts(cast[part], query)
                taken.append((time.perf_counter() - began) * 1000)
            cuts = quantiles(taken, n=20)
            print(f"{part}, {what}: {page.total} found, median {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms (n={REPEATS})")
            if cuts[18] > BUDGET_MS:
                slow.append(f"{part}, {what}: {cuts[18]:.1f} ms")
    began = time.perf_counter()
    review = await review_accounts(cast["central_admin"], ReviewQuery())
    print(f"the review of the nation: {len(review.lines)} lines in {(time.perf_counter() - began) * 1000:.0f} ms")
    assert not slow, slow
