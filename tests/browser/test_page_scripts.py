"""The scripts of `assets/` on a bare page in real Chromium: keys, drafts, tables, repeated rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Dialog, Page, Route

ASSETS = Path(__file__).parents[2] / "assets"
SCRIPTS = ("fields.js", "drafts.js", "tables.js", "keyboard.js")
ORIGIN = "http://thads.test"

FORM = """
<div data-account="7"></div><div data-connection data-lost="false"></div>
<form data-draft="moi" onsubmit="event.preventDefault(); window.sent = (window.sent ?? 0) + 1">
  <p data-draft-note hidden><span data-draft-time></span><button type="button" data-draft-discard>Bỏ</button></p>
  <input name="debtor" value="cũ"><input name="secret" type="password">
  <div data-field="amount"><input name="amount" data-money><div data-words></div></div>
  <div data-field="day"><input name="day" data-date><div data-words></div></div>
  <select name="kind"><option value="">Chọn</option><option value="civil">Dân sự</option></select>
  <input type="checkbox" name="state"><textarea name="note"></textarea>
  <div data-repeater>
    <fieldset data-repeater-row><input name="party_0"></fieldset>
    <fieldset data-repeater-row data-spare hidden disabled>
      <input name="party_1"><button type="button" data-drop-row>x</button></fieldset>
    <button type="button" data-add-row>Thêm</button>
  </div>
  <button data-save>Lưu</button>
</form>
<dialog id="discard"><form method="dialog">
  <button value="">Tiếp tục</button><button value="discard">Bỏ</button></form></dialog>
"""
LIST = """
<input data-search>
<button data-key="a" onclick="window.assigned = true">Phân công</button>
<dialog id="palette"><input role="combobox"></dialog>
<div class="table-wrap" data-table="ho-so"><table><tbody data-list>
  <tr data-row><td data-col="no">1 <a data-row-link href="#mot">mở</a></td>
    <td data-col="kind">Dân sự</td><td><input type="checkbox" data-pick></td></tr>
  <tr data-row><td data-col="no">2 <a data-row-link href="#hai">mở</a></td>
    <td data-col="kind">Hình sự</td><td><input type="checkbox" data-pick></td></tr>
</tbody></table></div>
<details class="menu"><summary>Cột</summary>
  <input type="checkbox" checked data-toggle-col="kind" data-for-table="ho-so"></details>
"""


async def _open(page: Page, body: str) -> None:
    scripts = "".join(f'<script defer src="/{name}"></script>' for name in SCRIPTS)

    async def serve(route: Route) -> None:
        name = route.request.url.removeprefix(f"{ORIGIN}/")
        if name in SCRIPTS:
            await route.fulfill(body=(ASSETS / name).read_text(), content_type="text/javascript; charset=utf-8")
        else:
            await route.fulfill(
                body=f"<!doctype html><head>{scripts}</head><body>{body}</body>",
                content_type="text/html; charset=utf-8",
            )

    await page.route(f"{ORIGIN}/**", serve)
    await page.goto(f"{ORIGIN}/")


async def _drafts(page: Page) -> list[str]:
    return await page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('thads:draft:'))")


async def test_what_was_typed_survives_a_reload(page: Page) -> None:
    await _open(page, FORM)
    await page.fill("[name=debtor]", "Nguyễn Văn Mẫu")
    await page.fill("[name=amount]", "1,25 tỷ")
    await page.fill("[name=secret]", "mật khẩu")
    await page.select_option("[name=kind]", "civil")
    await page.check("[name=state]")
    await page.click("[data-add-row]")
    await page.fill("[name=party_1]", "Trần Thị Mẫu")
    await page.reload()
    assert await page.input_value("[name=debtor]") == "Nguyễn Văn Mẫu"
    assert await page.input_value("[name=amount]") == "1.250.000.000"
    assert await page.inner_text("[data-field=amount] [data-words]") == "một tỷ hai trăm năm mươi triệu đồng"
    assert await page.input_value("[name=kind]") == "civil"
    assert await page.is_checked("[name=state]")
    assert await page.input_value("[name=party_1]") == "Trần Thị Mẫu"
    assert await page.is_visible("[name=party_1]")
    assert await page.input_value("[name=secret]") == ""
    assert await page.is_visible("[data-draft-note]")


async def test_a_draft_belongs_to_its_account(page: Page) -> None:
    await _open(page, FORM)
    await page.fill("[name=debtor]", "Nguyễn Văn Mẫu")
    await page.evaluate("thadsDrafts.flush()")
    await page.unroute(f"{ORIGIN}/**")
    await _open(page, FORM.replace('data-account="7"', 'data-account="8"'))
    assert await page.input_value("[name=debtor]") == "cũ"


SIGN_OUT = """
() => {
  const form = document.createElement("form");
  form.action = "/api/auth/logout";
  form.addEventListener("submit", (event) => { event.preventDefault(); window.left = true; });
  document.body.append(form);
  form.requestSubmit();
  return window.left ?? false;
}
"""


@pytest.mark.parametrize("sure", [True, False])
async def test_signing_out_takes_ones_own_drafts_along_after_asking(page: Page, sure: bool) -> None:
    await _open(page, FORM)
    await page.evaluate("localStorage.setItem('thads:draft:8:moi', JSON.stringify({at: Date.now(), values: {}}))")
    await page.fill("[name=note]", "Của tài khoản 7")
    await page.wait_for_timeout(400)
    asked: list[str] = []

    async def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await (dialog.accept() if sure else dialog.dismiss())

    page.on("dialog", answer)
    assert await page.evaluate(SIGN_OUT) is sure
    assert len(asked) == 1
    left = {"thads:draft:8:moi"} if sure else {"thads:draft:8:moi", "thads:draft:7:moi"}
    assert set(await _drafts(page)) == left


async def test_signing_out_with_nothing_unsaved_asks_nothing(page: Page) -> None:
    await _open(page, FORM)
    assert await page.evaluate(SIGN_OUT) is True


async def test_saving_deletes_the_draft(page: Page) -> None:
    await _open(page, FORM)
    await page.fill("[name=note]", "ghi chú")
    await page.evaluate("thadsDrafts.flush()")
    assert await _drafts(page) == ["thads:draft:7:moi"]
    await page.evaluate("document.forms[0].dataset.draftSaved = 'once'")
    await page.wait_for_function("Object.keys(localStorage).every((key) => !key.startsWith('thads:draft:'))")


async def test_saving_waits_for_the_line_and_then_happens_once(page: Page) -> None:
    await _open(page, FORM)
    await page.evaluate("document.querySelector('[data-connection]').dataset.lost = 'true'")
    await page.fill("[name=note]", "ghi chú")
    await page.keyboard.press("Control+Enter")
    assert await page.evaluate("window.sent") is None
    assert await _drafts(page) == ["thads:draft:7:moi"]
    await page.evaluate("document.querySelector('[data-connection]').dataset.lost = 'false'")
    await page.wait_for_function("window.sent === 1")
    await page.wait_for_timeout(900)
    assert await page.evaluate("window.sent") == 1


async def test_escape_asks_before_unsaved_text_is_dropped(page: Page) -> None:
    await _open(page, FORM)
    await page.fill("[name=note]", "ghi chú")
    await page.keyboard.press("Escape")
    await page.click("#discard >> text=Tiếp tục")
    assert await page.input_value("[name=note]") == "ghi chú"
    await page.focus("[name=note]")
    await page.keyboard.press("Escape")
    await page.click("#discard >> text=Bỏ")
    await page.wait_for_function("document.querySelector('[name=note]').value === ''")
    assert await _drafts(page) == []


async def test_a_row_not_in_use_is_not_submitted(page: Page) -> None:
    await _open(page, FORM)
    names = "[...new FormData(document.forms[0]).keys()].filter((name) => name.startsWith('party'))"
    assert await page.evaluate(names) == ["party_0"]
    await page.click("[data-add-row]")
    assert await page.evaluate(names) == ["party_0", "party_1"]
    await page.click("[data-drop-row]")
    assert await page.evaluate(names) == ["party_0"]


async def test_an_impossible_date_is_said_beside_the_field(page: Page) -> None:
    await _open(page, FORM)
    await page.fill("[name=day]", "31/2/26")
    await page.keyboard.press("Tab")
    assert (
        await page.inner_text("[data-field=day] [data-words]")
        == "Ngày này không có trong lịch, hãy kiểm tra lại ngày và tháng."
    )
    await page.fill("[name=day]", "5/3/26")
    await page.keyboard.press("Tab")
    assert await page.input_value("[name=day]") == "05/03/2026"
    assert await page.inner_text("[data-field=day] [data-words]") == ""


async def test_rows_are_walked_ticked_and_opened_by_keyboard(page: Page) -> None:
    await _open(page, LIST)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    assert await page.locator("[data-pick]:checked").count() == 1
    await page.keyboard.press("Enter")
    assert page.url.endswith("#hai")
    await page.keyboard.press("k")
    await page.keyboard.press("Enter")
    assert page.url.endswith("#mot")


async def test_letters_typed_into_a_field_are_letters(page: Page) -> None:
    await _open(page, LIST)
    await page.keyboard.press("/")
    await page.keyboard.type("ja")
    assert await page.input_value("[data-search]") == "ja"
    assert await page.evaluate("window.assigned") is None
    await page.keyboard.press("Escape")
    await page.keyboard.press("a")
    assert await page.evaluate("window.assigned") is True


async def test_control_k_opens_the_palette_even_while_typing(page: Page) -> None:
    await _open(page, LIST)
    await page.focus("[data-search]")
    await page.keyboard.press("Control+k")
    assert await page.evaluate("document.getElementById('palette').open")


async def test_a_hidden_column_stays_hidden(page: Page) -> None:
    await _open(page, LIST)
    await page.click("summary")
    await page.uncheck("[data-toggle-col=kind]")
    assert not await page.locator("[data-col=kind]").first.is_visible()
    await page.reload()
    assert not await page.locator("[data-col=kind]").first.is_visible()
