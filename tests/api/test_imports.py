"""Workbooks over HTTP: taken in as a stream, checked in a process of their own, seen by their owner alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from models.enums import JobStatus
from tests.support.cast import Cast
from tests.support.workbooks import case_row, write_workbook
from thads_app.api import build_api
from thads_app.auth.requests import cookie_name
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, NotFound, Refused
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services import sessions
from thads_app.services.importing import jobs
from thads_app.services.importing.jobs import JobView, my_job, my_jobs, start_job, uploads_folder
from thads_app.services.importing.uploads import display_name

ORIGIN = {"Origin": "http://localhost:3000"}


@pytest.fixture
async def visitor(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    sessions.forget_everything()
    transport = httpx.ASGITransport(build_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000", headers=ORIGIN) as client:
        yield client


async def as_part(visitor: httpx.AsyncClient, cast: Cast, part: str) -> httpx.AsyncClient:
    visitor.cookies.clear()
    if part:
        visitor.cookies.set(cookie_name(), (await cast.sign_in(part)).secret)
    return visitor


async def send(visitor: httpx.AsyncClient, content: bytes, name: str = "Hồ sơ.xlsx") -> str:
    answer = await visitor.post("/api/imports", files={"file": (name, content)})
    assert answer.status_code == 303
    return answer.headers["location"]


async def ended(actor: Actor, job_id: int) -> JobView:
    for _ in range(600):
        job = await my_job(actor, job_id)
        if job.finished:
            return job
        await asyncio.sleep(0.1)
    pytest.fail("the import did not end")


async def case_count() -> int:
    async with unit_of_work(EVERYWHERE) as session:
        return (await session.execute(text("SELECT count(*) FROM cases"))).scalar_one()


async def test_a_workbook_is_checked_first_and_written_when_asked(
    visitor: httpx.AsyncClient, cast: Cast, tmp_path: Path
) -> None:
    clerk = cast["intake_clerk"]
    await as_part(visitor, cast, "intake_clerk")
    path = write_workbook(tmp_path / "a.xlsx", [case_row("1/QĐ"), case_row("2/QĐ")])
    place = await send(visitor, path.read_bytes())
    job_id = int(place.removeprefix("/nhap-du-lieu?viec="))
    checked = await ended(clerk, job_id)
    assert (checked.status, checked.dry_run, checked.can_import, checked.cases) == (JobStatus.DONE, True, True, 2)
    assert checked.file_name == "Hồ sơ.xlsx"
    assert await case_count() == 0
    await start_job(clerk, job_id, dry_run=False)
    done = await ended(clerk, job_id)
    assert (done.status, done.dry_run, done.can_import) == (JobStatus.DONE, False, False)
    assert await case_count() == 2
    with pytest.raises(Refused):
        await start_job(clerk, job_id, dry_run=False)
    async with unit_of_work(EVERYWHERE) as session:
        by = await session.execute(text("SELECT DISTINCT recorded_by FROM case_event"))
        assert by.scalar_one() == clerk.account_id


async def test_a_wrong_workbook_gives_its_mistakes_and_a_marked_copy_to_its_owner_only(
    visitor: httpx.AsyncClient, cast: Cast, tmp_path: Path
) -> None:
    await as_part(visitor, cast, "intake_clerk")
    path = write_workbook(tmp_path / "a.xlsx", [case_row("1/QĐ", amount="x"), case_row("1/QĐ", "68-01")])
    job_id = int((await send(visitor, path.read_bytes())).split("=")[1])
    job = await ended(cast["intake_clerk"], job_id)
    assert (job.status, job.problem_count, job.can_import) == (JobStatus.REJECTED, 2, False)
    assert [problem[:4] for problem in job.problems] == [
        ("Hồ sơ", "2", "Số tiền phải thi hành", "x"),
        ("Hồ sơ", "3", "Mã đơn vị", "68-01"),
    ]
    copy_path = f"/api/imports/{job_id}/errors.xlsx"
    answer = await visitor.get(copy_path)
    assert load_workbook(BytesIO(answer.content)).sheetnames[0] == "Lỗi"
    for part, status in (("office_head", 404), ("charlie", 404), ("leader", 403), ("", 401)):
        await as_part(visitor, cast, part)
        assert (await visitor.get(copy_path)).status_code == status
    with pytest.raises(NotFound):
        await my_job(cast["office_head"], job_id)
    with pytest.raises(NotFound):
        await start_job(cast["charlie"], job_id, dry_run=False)
    with pytest.raises(Forbidden):
        await start_job(cast["leader"], job_id, dry_run=False)
    assert job_id not in [other.id for other in await my_jobs(cast["office_head"])]
    assert await case_count() == 0


async def test_what_is_no_workbook_is_refused_with_a_sentence(visitor: httpx.AsyncClient, cast: Cast) -> None:
    await as_part(visitor, cast, "intake_clerk")
    job_id = int((await send(visitor, b"PK not really")).split("=")[1])
    job = await ended(cast["intake_clerk"], job_id)
    assert (job.status, bool(job.refusal), job.has_marked_copy) == (JobStatus.REJECTED, True, False)


async def test_a_process_that_dies_leaves_a_failed_job(
    visitor: httpx.AsyncClient, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await as_part(visitor, cast, "intake_clerk")
    monkeypatch.setattr(jobs.sys, "executable", "/bin/false")
    path = write_workbook(tmp_path / "a.xlsx", [case_row("1/QĐ")])
    job_id = int((await send(visitor, path.read_bytes())).split("=")[1])
    job = await ended(cast["intake_clerk"], job_id)
    assert job.status is JobStatus.FAILED


async def test_an_upload_over_the_limit_is_not_kept(
    visitor: httpx.AsyncClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thads_app.api.imports.upload_limit", lambda: 100_000)
    await as_part(visitor, cast, "intake_clerk")
    assert await send(visitor, b"PK" + b"x" * 5_000_000) == "/nhap-du-lieu?loi=import_too_large"
    assert await my_jobs(cast["intake_clerk"]) == []
    assert list(uploads_folder().glob("*.part")) == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"abc", "multipart/form-data"),
        (b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nabc\r\n--x--\r\n',
         "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n',
         "multipart/form-data; boundary=x"),
        (b"--x\r\n" + b"A: " + b"b" * 20_000, "multipart/form-data; boundary=x"),
    ],
)  # fmt: skip
async def test_a_form_without_a_file_goes_back_to_the_page(
    visitor: httpx.AsyncClient, cast: Cast, body: bytes, content_type: str
) -> None:
    await as_part(visitor, cast, "intake_clerk")
    answer = await visitor.post("/api/imports", content=body, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.headers["location"]) == (303, "/nhap-du-lieu?loi=import_no_file")


async def test_only_those_with_the_right_may_upload_and_only_from_our_pages(
    visitor: httpx.AsyncClient, cast: Cast
) -> None:
    for part, status in (("alice", 403), ("leader", 403), ("", 401)):
        await as_part(visitor, cast, part)
        assert (await visitor.post("/api/imports", files={"file": ("a.xlsx", b"PK")})).status_code == status
    await as_part(visitor, cast, "intake_clerk")
    foreign = {"Origin": "https://example.test"}
    answer = await visitor.post("/api/imports", files={"file": ("a.xlsx", b"PK")}, headers=foreign)
    assert answer.status_code == 403


async def test_the_template_comes_as_a_workbook(visitor: httpx.AsyncClient, cast: Cast) -> None:
    await as_part(visitor, cast, "intake_clerk")
    answer = await visitor.get("/api/imports/template.xlsx")
    assert load_workbook(BytesIO(answer.content)).sheetnames[:3] == ["Hồ sơ", "Sự kiện", "Chấp hành viên"]


@pytest.mark.parametrize("wrong", ["0", "-1", "9" * 30, "x"])
async def test_a_wrong_number_gets_a_sentence(visitor: httpx.AsyncClient, cast: Cast, wrong: str) -> None:
    await as_part(visitor, cast, "intake_clerk")
    answer = await visitor.get(f"/api/imports/{wrong}/errors.xlsx")
    assert answer.status_code in {404, 422}
    assert answer.json()["message"]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [("C:\\Users\\an\\Hồ sơ.xlsx", "Hồ sơ.xlsx"), ("../../etc/passwd", "passwd"), ("<b>a</b>\x00.xlsx", "b.xlsx")],
)
def test_a_files_name_is_only_its_last_part(sent: str, shown: str) -> None:
    assert display_name(sent) == shown
