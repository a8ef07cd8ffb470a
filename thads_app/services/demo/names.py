"""Invented people, organisations and places, put together from syllables. Nobody real is meant.

Identity numbers start with 999, which no province issues; banks and companies bear names of plants and weather.
"""

from random import Random

_FAMILIES = (
    ("Nguyễn", 38), ("Trần", 12), ("Lê", 10), ("Phạm", 7), ("Huỳnh", 5), ("Võ", 5), ("Phan", 4), ("Trương", 3),
    ("Bùi", 2), ("Đặng", 2), ("Đỗ", 2), ("Ngô", 2), ("Hồ", 2), ("Dương", 1), ("Đinh", 1), ("Lâm", 1), ("Mai", 1),
    ("Trịnh", 1), ("Đoàn", 1), ("Cao", 1), ("Thạch", 1), ("Danh", 1), ("Nông", 1), ("Lò", 1),
)  # fmt: skip
_MIDDLE_MEN = ("Văn", "Hữu", "Minh", "Thanh", "Quốc", "Đức", "Công", "Hoàng", "Tấn", "Gia", "Chí", "Trọng", "Xuân")
_MIDDLE_WOMEN = ("Thị", "Thị Kim", "Thị Mỹ", "Thị Thu", "Ngọc", "Thị Ngọc", "Thị Hồng", "Thị Bích", "Thị Thanh", "Kim")
_GIVEN_MEN = (
    "An", "Bảo", "Bình", "Cường", "Dũng", "Đạt", "Đông", "Giang", "Hải", "Hậu", "Hiếu", "Hòa", "Hùng", "Khang",
    "Khoa", "Kiên", "Lâm", "Lộc", "Long", "Lực", "Mạnh", "Nam", "Nghĩa", "Nhân", "Phát", "Phong", "Phúc", "Quân", "Quý",
    "Sang", "Sơn", "Tài", "Tâm", "Thắng", "Thịnh", "Tín", "Toàn", "Trí", "Trung", "Tuấn", "Vinh", "Vương",
)  # fmt: skip
_GIVEN_WOMEN = (
    "Ánh", "Châu", "Chi", "Cúc", "Diễm", "Dung", "Duyên", "Đào", "Giàu", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Huệ",
    "Hương", "Lan", "Liên", "Linh", "Loan", "Mai", "My", "Nga", "Ngân", "Nhi", "Như", "Oanh", "Phượng", "Quyên",
    "Sương", "Thảo", "Thắm", "Thủy", "Thư", "Trang", "Trinh", "Tuyền", "Tuyết", "Uyên", "Vân", "Xuân", "Yến",
)  # fmt: skip
_NATURE = (
    "Hạt Lúa Vàng", "Mây Trắng", "Sóng Bạc", "Lá Tràm", "Sao Hôm", "Bông Điên Điển", "Nắng Sớm", "Mưa Rào", "Cánh Cò",
    "Hoa Súng", "Gió Chướng", "Phù Sa", "Trăng Rằm", "Suối Mơ", "Rừng Thông", "Đồi Chè", "Biển Lặng",
    "Cỏ Non", "Hạt Sương", "Tre Xanh", "Hoa Gạo", "Cầu Vồng", "Nước Nổi", "Lúa Mùa", "Dừa Nước", "Hoa Ban", "Núi Ngọc",
)  # fmt: skip
_COMPANIES = (
    "Công ty TNHH Thương mại {}", "Công ty TNHH Sản xuất – Dịch vụ {}", "Công ty Cổ phần Xây dựng {}",
    "Công ty Cổ phần Thủy sản {}", "Doanh nghiệp tư nhân {}", "Hợp tác xã nông nghiệp {}", "Công ty TNHH MTV {}",
    "Công ty Cổ phần Vận tải {}",
)  # fmt: skip
_HAMLETS = ("Hòa Thuận", "Tân Phú", "Vĩnh Lợi", "Phước Thành", "An Hòa", "Bình Minh", "Thạnh Mỹ", "Long Hưng",
            "Đông Hải", "Trung Tâm", "Mỹ Đức", "Tân Hòa", "Hưng Thạnh", "Phú Xuân", "Xuân Lộc")  # fmt: skip
_MEN = 0.56
_HAMLET_KINDS = ("ấp", "thôn", "khu phố", "tổ dân phố")


def person(rng: Random) -> str:
    """A person's full name."""
    family = rng.choices([name for name, _ in _FAMILIES], [weight for _, weight in _FAMILIES])[0]
    if rng.random() < _MEN:
        return f"{family} {rng.choice(_MIDDLE_MEN)} {rng.choice(_GIVEN_MEN)}"
    return f"{family} {rng.choice(_MIDDLE_WOMEN)} {rng.choice(_GIVEN_WOMEN)}"


def couple(rng: Random) -> str:
    """Two people who owe together."""
    return f"{person(rng)} và {person(rng)}"


def company(rng: Random) -> str:
    """A company, plainly invented."""
    return rng.choice(_COMPANIES).format(rng.choice(_NATURE))


def bank(rng: Random) -> str:
    """A credit institution, plainly invented."""
    kind = rng.choices(("Ngân hàng TMCP {}", "Quỹ tín dụng nhân dân {}", "Công ty tài chính {}"), (80, 12, 8))[0]
    return kind.format(rng.choice(_NATURE))


def identity_number(rng: Random) -> str:
    """Twelve digits that no one bears."""
    return f"999{rng.randrange(10**9):09d}"


def address(rng: Random, province: str) -> str:
    """A place to live in the province."""
    return f"Số {rng.randrange(1, 400)}, {rng.choice(_HAMLET_KINDS)} {rng.choice(_HAMLETS)}, {province}"


def telephone(number: str) -> str:
    """A telephone that goes with an identity number; 0000 is no network's."""
    return f"0000 {number[-6:-3]} {number[-3:]}"


def bank_account(number: str) -> str:
    """An account that goes with an identity number, at a bank of this world only."""
    return f"9990{number[-8:]} – Ngân hàng {_NATURE[sum(map(ord, number)) % len(_NATURE)]}"
