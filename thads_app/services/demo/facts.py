"""What a demonstration case is about: judgment, parties, what is owed.

Shares and sizes follow the statistics notes: 85 % of cases are opened ex officio with little of the money, credit
institutions are 4 % of cases and 41 % of the money, sums are very heavy-tailed and differ by province.
"""

# ruff: noqa: PLR2004 (the shares are the data of this module)

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from random import Random

from models.enums import JudgmentKind, PartyRole, Source
from thads_app.services.bulk_check import BulkObligation, BulkParty
from thads_app.services.demo import names

K = JudgmentKind

_KINDS_EX_OFFICIO = ((K.FAMILY, 34), (K.CIVIL, 24), (K.CRIMINAL, 37), (K.COMMERCIAL, 3), (K.LABOUR, 1),
                     (K.ADMINISTRATIVE, 1))  # fmt: skip
_KINDS_ON_REQUEST = ((K.CIVIL, 60), (K.CRIMINAL, 14), (K.FAMILY, 14), (K.COMMERCIAL, 8), (K.LABOUR, 3),
                     (K.ARBITRATION, 1))  # fmt: skip
_SUFFIX = {
    K.CIVIL: "DS-ST", K.CRIMINAL: "HS-ST", K.FAMILY: "HNGĐ-ST", K.COMMERCIAL: "KDTM-ST", K.LABOUR: "LĐ-ST",
    K.ADMINISTRATIVE: "HC-ST", K.ARBITRATION: "PQTT", K.BANKRUPTCY: "QĐPS",
}  # fmt: skip
_FEES = {
    K.CRIMINAL: ("Án phí hình sự sơ thẩm", "Tiền phạt bổ sung nộp ngân sách nhà nước", "Truy thu sung công quỹ"),
    K.FAMILY: ("Án phí hôn nhân và gia đình sơ thẩm", "Án phí chia tài sản chung"),
}
_FEES_ELSE = ("Án phí sơ thẩm có giá ngạch", "Án phí dân sự sơ thẩm")
_DEBTS = {
    K.CRIMINAL: ("Bồi thường thiệt hại về sức khỏe", "Bồi thường thiệt hại tài sản", "Hoàn trả tiền đã chiếm đoạt"),
    K.FAMILY: ("Cấp dưỡng nuôi con", "Thanh toán giá trị tài sản chung được chia"),
    K.LABOUR: ("Trả tiền lương và bảo hiểm xã hội còn nợ",),
    K.COMMERCIAL: ("Thanh toán tiền mua bán hàng hóa và lãi chậm trả", "Trả tiền thi công công trình"),
}
_DEBTS_ELSE = ("Trả nợ vay gốc và lãi", "Trả tiền hụi", "Hoàn trả tiền đặt cọc chuyển nhượng đất", "Trả tiền mua bán")
_ACTS = ("Giao quyền sử dụng đất theo bản án", "Tháo dỡ công trình, trả lại mặt bằng", "Giao con cho người được nuôi")


@dataclass(slots=True)
class Facts:
    """What a case is about; money in đồng."""

    source: Source
    kind: JudgmentKind
    state_revenue: bool
    credit_institution: bool
    received_entrustment: bool
    judgment_number: str
    judgment_date: date
    issuing_body: str
    parties: list[BulkParty]
    obligations: list[BulkObligation]

    @property
    def amount(self) -> int:
        """The sum owed."""
        return sum(owed.amount for owed in self.obligations)


def invent(rng: Random, decided: date, *, court: str, province: str, wealth: float) -> Facts:
    """Invent what a case is about.

    Args:
        rng: the source of chance.
        decided: the date of the enforcement decision.
        court: who gave the judgment.
        province: where the debtor lives.
        wealth: how large sums are here; 1 is the nation's mean.
    """
    chance = rng.random()
    credit, ex_officio = chance < 0.04, chance >= 0.15
    if credit:
        kind = rng.choices((K.COMMERCIAL, K.CIVIL), (45, 55))[0]
    else:
        table = _KINDS_EX_OFFICIO if ex_officio else _KINDS_ON_REQUEST
        kind = rng.choices([kind for kind, _ in table], [weight for _, weight in table])[0]
    amount = _amount(rng, wealth, credit=credit, ex_officio=ex_officio)
    judged = decided - timedelta(days=rng.randint(15, 240))
    debtor = _debtor(rng, kind, province)
    parties = [debtor]
    if credit:
        parties.append(BulkParty(PartyRole.CREDITOR, names.bank(rng)))
    elif not ex_officio:
        creditor = names.company(rng) if kind is K.COMMERCIAL else names.person(rng)
        address = names.address(rng, province)
        account = names.bank_account(debtor.id_number or "")
        parties.append(BulkParty(PartyRole.CREDITOR, creditor, None, address, bank_account=account))
    if rng.random() < 0.03:
        parties.append(BulkParty(PartyRole.INTERESTED_PARTY, names.person(rng), None, names.address(rng, province)))
    return Facts(
        source=Source.EX_OFFICIO if ex_officio else Source.ON_REQUEST,
        kind=kind,
        state_revenue=ex_officio,
        credit_institution=credit,
        received_entrustment=rng.random() < 0.005,
        judgment_number=f"{rng.randint(1, 260):02d}/{judged.year}/{_SUFFIX[kind]}",
        judgment_date=judged,
        issuing_body="Trung tâm Trọng tài Thương mại Ánh Dương" if kind is K.ARBITRATION else court,
        parties=parties,
        obligations=_obligations(rng, kind, amount, ex_officio=ex_officio, credit=credit),
    )


def _debtor(rng: Random, kind: JudgmentKind, province: str) -> BulkParty:
    if kind is K.COMMERCIAL and rng.random() < 0.6:
        name = names.company(rng)
    else:
        name = names.couple(rng) if rng.random() < 0.12 else names.person(rng)
    number = names.identity_number(rng)
    return BulkParty(PartyRole.DEBTOR, name, number, names.address(rng, province), names.telephone(number))


def _amount(rng: Random, wealth: float, *, credit: bool, ex_officio: bool) -> int:
    """A heavy-tailed sum: log-normal, whole thousands."""
    if not credit and not ex_officio and rng.random() < 0.06:
        return 0
    middle, spread = (1_500_000_000, 1.45) if credit else (2_800_000, 1.75) if ex_officio else (190_000_000, 1.9)
    scale = 0.4 + 0.6 * wealth if ex_officio else wealth
    amount = middle * scale * exp(rng.gauss(0, spread))
    return max(200_000, min(int(amount) // 1000 * 1000, 3_000_000_000_000))


def _obligations(
    rng: Random, kind: JudgmentKind, amount: int, *, ex_officio: bool, credit: bool
) -> list[BulkObligation]:
    if amount == 0:
        return [BulkObligation(rng.choice(_ACTS), 0)]
    if ex_officio:
        return [BulkObligation(rng.choice(_FEES.get(kind, _FEES_ELSE)), amount, state_revenue=True)]
    if credit:
        principal = int(amount * rng.uniform(0.6, 0.9)) // 1000 * 1000
        return [
            BulkObligation("Trả nợ gốc theo hợp đồng tín dụng", principal),
            BulkObligation("Lãi trong hạn và lãi quá hạn", amount - principal),
        ]
    return [BulkObligation(rng.choice(_DEBTS.get(kind, _DEBTS_ELSE)), amount)]
