"""What the pages of accounts share: the fields of a person, and the one showing of a password."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.dialogs import button, dialog, notice
from components.elements import Text
from components.form import grid, section
from components.inputs import combobox, date_field, select_field, text_field
from models.enums import GRADE_LABELS

LABELS = {
    "full_name": "Họ và tên",
    "birth_date": "Ngày sinh",
    "office_code": "Đơn vị",
    "position": "Chức vụ",
    "email": "Thư điện tử",
    "telephone": "Điện thoại",
    "username": "Tên đăng nhập",
    "staff_code": "Mã chấp hành viên",
    "grade": "Ngạch",
    "reason": "Lý do",
}


def account_fields(
    values: Any, errors: Any, *, offices: Any = None, on_office: Any = None, filled: bool = False
) -> tuple[rx.Component, ...]:
    """The fields of a person. A new account also has an office and a user name; `filled` starts from `values`."""

    def given(name: str) -> dict[str, Any]:
        return {"default_value": values[name]} if filled else {}

    person = section(
        "Người dùng",
        grid(
            text_field("full_name", LABELS["full_name"], max_length=120, errors=errors, **given("full_name")),
            date_field(
                "birth_date", LABELS["birth_date"], hint="", errors=errors, class_name="span-6", **given("birth_date")
            ),
            text_field(
                "position", LABELS["position"], optional=True, max_length=120, errors=errors, class_name="span-6",
                **given("position"),
            ),
            text_field(
                "email", LABELS["email"], type="email", optional=True, max_length=200, errors=errors,
                class_name="span-6", **given("email"),
            ),
            text_field(
                "telephone", LABELS["telephone"], type="tel", optional=True, max_length=30, errors=errors,
                class_name="span-6", **given("telephone"),
            ),
        ),
    )  # fmt: skip
    officer = section(
        "Chấp hành viên",
        grid(
            text_field(
                "staff_code", LABELS["staff_code"], max_length=40, errors=errors, class_name="span-6",
                hint="Chỉ điền cho chấp hành viên.", **given("staff_code"),
            ),
            select_field(
                "grade", LABELS["grade"], GRADE_LABELS, blank="Mã đã có", errors=errors,
                class_name="span-6", hint="Chọn ngạch để thêm mã mới.", **given("grade"),
            ),
        ),
    )  # fmt: skip
    if offices is None:
        return (person, officer)
    place = section(
        "Đơn vị và đăng nhập",
        grid(
            combobox("office_code", LABELS["office_code"], offices, on_query=on_office, errors=errors),
            text_field(
                "username", LABELS["username"], optional=True, max_length=60, errors=errors,
                hint="Để trống: chương trình đặt theo họ tên, ví dụ Trần Thị An thành an.tt.",
            ),
        ),
    )  # fmt: skip
    return (person, place, officer)


def secret_dialog(
    *, secret: rx.Var[str], name: Text, username: Text, on_close: Any, more: rx.Component | None = None
) -> rx.Component:
    """Show a temporary password once, with the account it belongs to."""
    return dialog(
        rx.el.p("Giao cho ", rx.el.b(name), " bằng cách an toàn. Lần đăng nhập đầu tiên phải đổi mật khẩu."),
        rx.el.dl(
            rx.el.dt("Tên đăng nhập"),
            rx.el.dd(rx.el.code(username)),
            rx.el.dt("Mật khẩu tạm"),
            rx.el.dd(rx.el.code(secret, class_name="secret")),
            class_name="facts",
        ),
        notice("Mật khẩu chỉ hiện một lần. Đóng rồi thì không xem lại được, chỉ đặt lại được.", tone="warn"),
        rx.el.div(
            more if more is not None else rx.fragment(),
            button("Đã ghi lại, đóng", tone="primary", on_click=on_close, data_esc="", data_first=""),
            class_name="form-actions",
        ),
        open=secret != "",
        title="Mật khẩu tạm",
        name="secret",
    )
