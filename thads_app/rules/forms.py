"""The twelve statistical forms of TT 05/2024/TT-BTP: titles, layout, and which of them the data kept so far can fill.

Titles are those of Đ.2; the annex's column layout was not seen, so lines and columns follow the order of practice
(project notes 4.3) and print every figure the definitions name.
"""

from dataclasses import dataclass
from enum import StrEnum

from models.enums import Measure
from thads_app.rules.indicators import Figure


class Layout(StrEnum):
    """How a form is laid out."""

    LINES = "lines"  # a line per figure, a column per kind of judgment and source
    UNITS = "units"  # a row per unit, a column per figure


@dataclass(frozen=True)
class FormLine:
    """One printed line (or column) of a form: its number, its figure, and how deep it is indented."""

    number: str
    figure: Figure
    depth: int = 0


@dataclass(frozen=True)
class Form:
    """One of the twelve forms. `layout` is None where its data are not kept yet."""

    code: str
    title: str
    measure: Measure | None = None
    layout: Layout | None = None

    @property
    def lines(self) -> tuple[FormLine, ...]:
        """Its figures in printed order; money has one more, what was reduced."""
        return MONEY_LINES if self.measure is Measure.AMOUNT else CASE_LINES


MONEY_LINES = (
    FormLine("1", Figure.REGISTERED_TOTAL),
    FormLine("1.1", Figure.CARRIED_OVER, 1),
    FormLine("1.2", Figure.NEWLY_REGISTERED, 1),
    FormLine("2", Figure.ENTRUSTED),
    FormLine("3", Figure.WITHDRAWN),
    FormLine("4", Figure.REVOKED),
    FormLine("5", Figure.TRANSFERRED),
    FormLine("6", Figure.TO_ENFORCE),
    FormLine("6.1", Figure.WITH_CONDITIONS, 1),
    FormLine("6.1.1", Figure.COMPLETED, 2),
    FormLine("6.1.2", Figure.TERMINATED, 2),
    FormLine("6.1.3", Figure.REDUCED, 2),
    FormLine("6.1.4", Figure.IN_PROGRESS, 2),
    FormLine("6.1.5", Figure.POSTPONED_BY_AGREEMENT, 2),
    FormLine("6.2", Figure.OUTSIDE, 1),
    FormLine("6.2.1", Figure.POSTPONED_OTHER, 2),
    FormLine("6.2.2", Figure.SUSPENDED, 2),
    FormLine("6.2.3", Figure.HELD_OTHER, 2),
    FormLine("6.3", Figure.WITHOUT_CONDITIONS, 1),
    FormLine("7", Figure.CARRIED_FORWARD),
    FormLine("8", Figure.SEPARATE_BOOK),
    FormLine("9", Figure.COMPLETION_RATE),
)
_RENUMBERED = {"6.1.4": "6.1.3", "6.1.5": "6.1.4"}
CASE_LINES = tuple(
    FormLine(_RENUMBERED.get(line.number, line.number), line.figure, line.depth)
    for line in MONEY_LINES
    if line.figure is not Figure.REDUCED
)

FORMS = {
    form.code: form
    for form in (
        Form("01/TK-THA", "Kết quả thi hành án dân sự tính bằng việc", Measure.COUNT, Layout.LINES),
        Form("02/TK-THA", "Kết quả thi hành án dân sự tính bằng tiền", Measure.AMOUNT, Layout.LINES),
        Form("03/TK-THA", "Kết quả thi hành các khoản thu cho ngân sách nhà nước"),
        Form(
            "04/TK-THA",
            "Kết quả thi hành án dân sự tính bằng việc chia theo cơ quan thi hành án dân sự và chấp hành viên",
            Measure.COUNT,
            Layout.UNITS,
        ),
        Form(
            "05/TK-THA",
            "Kết quả thi hành án dân sự tính bằng tiền chia theo cơ quan thi hành án dân sự và chấp hành viên",
            Measure.AMOUNT,
            Layout.UNITS,
        ),
        Form("06/TK-THA", "Kết quả đề nghị xét miễn, giảm nghĩa vụ thi hành án dân sự"),
        Form("07/TK-THA", "Kết quả áp dụng biện pháp bảo đảm, cưỡng chế thi hành án"),
        Form("08/TK-THA", "Kết quả giải quyết khiếu nại, tố cáo, kiến nghị, phản ánh"),
        Form("09/TK-THA", "Kết quả tiếp công dân"),
        Form("10/TK-THA", "Kết quả giám sát, kiểm sát, kiểm tra"),
        Form("11/TK-THA", "Kết quả giải quyết bồi thường nhà nước"),
        Form("12/TK-THA", "Kết quả theo dõi thi hành án hành chính"),
    )
}
"""By code, in the order of TT 05/2024/TT-BTP Đ.2."""

MADE_FORMS = tuple(form for form in FORMS.values() if form.layout is not None)
"""The forms the data kept so far can fill."""
