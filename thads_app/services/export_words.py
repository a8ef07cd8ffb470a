"""The parameters of an address in words, for the line every exported file carries and the list of exports."""

from __future__ import annotations

from collections.abc import Mapping

from models.enums import CASE_STATUS_LABELS, JUDGMENT_KIND_LABELS, SOURCE_LABELS
from models.personal_enums import DATA_REQUEST_STATUS_LABELS, PersonalField
from thads_app.rules.offices import OfficeTree
from thads_app.rules.personal_data import as_id_number, mask, mask_text, plain_number

_LONGEST_VALUE = 200

_LABELS = {
    "bieu": "Biểu",
    "don-vi": "Đơn vị",
    "nam": "Năm",
    "ky": "Số tháng",
    "do": "Tính bằng",
    "ban-do": "Tổ chức",
    "rieng": "Chỉ việc của riêng đơn vị",
    "tinh-den": "Số liệu ghi nhận đến",
    "q": "Từ khóa",
    "cua-toi": "Việc của người kết xuất",
    "chua-phan-cong": "Chưa phân công",
    "chv": "Chấp hành viên",
    "trang-thai": "Trạng thái",
    "loai-an": "Loại án",
    "nguon": "Nguồn thụ lý",
    "nsnn": "Thu NSNN",
    "tin-dung": "Tổ chức tín dụng",
    "tu": "Từ ngày",
    "den": "Đến ngày",
    "tien-tu": "Số tiền từ",
    "tien-den": "Số tiền đến",
    "sap": "Sắp theo",
    "o": "Việc của chỉ tiêu",
    "o-don-vi": "Chỉ tiêu của đơn vị",
    "o-nam": "Năm của chỉ tiêu",
    "o-thang": "Số tháng của chỉ tiêu",
    "o-do": "Thước đo của chỉ tiêu",
    "o-ban-do": "Tổ chức của chỉ tiêu",
    "o-rieng": "Chỉ tiêu của riêng đơn vị",
    "o-chv": "Chấp hành viên của chỉ tiêu",
    "o-loai-an": "Loại án của chỉ tiêu",
    "o-nguon": "Nguồn của chỉ tiêu",
    "o-tinh-den": "Chỉ tiêu ghi nhận đến",
}
_WORDS: dict[str, str] = {
    "1": "có",
    "co": "có",
    "khong": "không",
    "dang-mo": "đang mở",
    "da-ket-thuc": "đã kết thúc",
    "tien": "tiền",
    "nhu-cu": "như đã có",
    "chua-phan-cong": "chưa phân công",
    "mo": "chưa xong",
    "qua-han": "quá hạn",
    "xong": "đã xong",
    "tat-ca": "tất cả",
    **{status.value: label.lower() for status, label in CASE_STATUS_LABELS.items()},
    **{kind.value: label.lower() for kind, label in JUDGMENT_KIND_LABELS.items()},
    **{source.value: label.lower() for source, label in SOURCE_LABELS.items()},
    **{status.value: label.lower() for status, label in DATA_REQUEST_STATUS_LABELS.items()},
}
_FIGURES_OR_TEXTS = frozenset({"q", "nam", "ky", "tien-tu", "tien-den", "o-nam", "o-thang", "bieu"})
_OFFICES = frozenset({"don-vi", "o-don-vi"})


def known_parameters(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters that mean something, bounded, with people's numbers masked: a record keeps none of them."""
    found: dict[str, str] = {}
    for name in _LABELS:
        value = str(parameters.get(name, "")).replace("\x00", "").strip()[:_LONGEST_VALUE]
        if value and name == "q":
            number = as_id_number(value)
            value = mask(PersonalField.ID_NUMBER, plain_number(number)) if number else mask_text(value)
        if value:
            found[name] = value
    return found


def conditions_in_words(parameters: Mapping[str, str], tree: OfficeTree) -> str:
    """`Đơn vị: Phòng THADS khu vực 3; Trạng thái: đang mở`; blank when nothing was asked for."""
    return "; ".join(f"{_LABELS[name]}: {_value(name, value, tree)}" for name, value in parameters.items())


def _value(name: str, value: str, tree: OfficeTree) -> str:
    if name in _OFFICES and (office := tree.by_code.get(value)) is not None:
        return office.short_name
    if name in _FIGURES_OR_TEXTS:
        return value
    return ", ".join(_WORDS.get(word, word) for word in value.split(","))
