"""`/api/v1` as another program meets it: the whole HTTP app, one bearer token per member of the cast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.cast import PARTS, Cast
from thads_app import thads_app as assembled
from thads_app.api import build_api
from thads_app.services import own_account
from thads_app.services.accounts import create_token, operator

BASE = "/api/v1"
PROBLEM = "application/problem+json"


@dataclass
class Api:
    """The app and the tokens."""

    client: httpx.AsyncClient
    tokens: Mapping[str, str]

    async def call(self, part: str, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request as a member of the cast; "" for nobody."""
        headers = dict(options.pop("headers", {}))
        if part:
            headers["Authorization"] = f"Bearer {self.tokens[part]}"
        return await self.client.request(method, f"{BASE}{path}", headers=headers, **options)

    async def get(self, part: str, path: str, **query: Any) -> httpx.Response:
        """Read as a member of the cast."""
        return await self.call(part, "GET", path, params=query)

    async def post(self, part: str, path: str, **body: Any) -> httpx.Response:
        """Write as a member of the cast."""
        return await self.call(part, "POST", path, json=body)


def open_client() -> httpx.AsyncClient:
    """A client of the whole HTTP app, without a socket."""
    transport = httpx.ASGITransport(assembled.guard_http(build_api()), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:3000")


async def open_api(cast: Cast) -> Api:
    """The app with a token for everybody of the cast."""
    own_account.forget_tokens()
    shell = await operator()
    tokens = {part: await create_token(shell, cast.username(part), "Thử nghiệm") for part in PARTS}
    return Api(open_client(), tokens)


def new_case(number: str = "1/QĐ-THADS", **changes: Any) -> dict[str, Any]:
    """A case of one million đồng at the cast's office."""
    return {
        "office": "91-03",
        "decision_number": number,
        "decision_date": "2026-10-05",
        "source": "on_request",
        "judgment": {
            "number": "12/2026/DS-ST",
            "judgment_date": "2026-09-01",
            "issuing_body": "TAND khu vực 3",
            "kind": "civil",
        },
        "parties": [
            {"role": "debtor", "name": "Nguyễn Văn Mẫu", "id_number": "001099000001"},
            {"role": "creditor", "name": "Công ty Ví Dụ"},
        ],
        "obligations": [{"content": "Trả nợ gốc", "amount": 1_000_000}],
        **changes,
    }


async def made_case(api: Api, number: str = "1/QĐ-THADS", **changes: Any) -> int:
    """The id of a case the intake clerk registered."""
    answer = await api.post("intake_clerk", "/cases", **new_case(number, **changes))
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def assigned_case(api: Api, number: str = "1/QĐ-THADS", part: str = "alice") -> int:
    """The id of a case given to an officer of the cast."""
    case_id = await made_case(api, number)
    answer = await api.post(
        "office_head", "/cases/assignments", case_ids=[case_id], officer=f"CHV-{part}", business_date="2026-10-06"
    )
    assert answer.json()["results"][0]["ok"], answer.text
    return case_id
