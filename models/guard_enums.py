"""Words of the law's guards: who is whose relative, and where a completion that needs a second person stands."""

from enum import StrEnum


class Kinship(StrEnum):
    """Whose rights an officer may not enforce for, or against (Law 26/2008/QH12 Đ.21.5)."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    GRANDPARENT = "grandparent"
    UNCLE_AUNT = "uncle_aunt"
    SIBLING = "sibling"
    SPOUSES_FAMILY = "spouses_family"
    NIECE_NEPHEW = "niece_nephew"


KINSHIP_LABELS = {
    Kinship.SELF: "Chính chấp hành viên",
    Kinship.SPOUSE: "Vợ, chồng",
    Kinship.CHILD: "Con đẻ, con nuôi",
    Kinship.PARENT: "Cha, mẹ đẻ hoặc nuôi",
    Kinship.GRANDPARENT: "Ông, bà nội hoặc ngoại",
    Kinship.UNCLE_AUNT: "Bác, chú, cậu, cô, dì",
    Kinship.SIBLING: "Anh, chị, em ruột",
    Kinship.SPOUSES_FAMILY: "Cha, mẹ, ông, bà, bác, chú, cậu, cô, dì, anh, chị, em ruột của vợ hoặc chồng",
    Kinship.NIECE_NEPHEW: "Cháu ruột",
}


class CompletionStatus(StrEnum):
    """State of a completion somebody else must confirm; the case is completed only at `confirmed`."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


COMPLETION_STATUS_LABELS = {
    CompletionStatus.WAITING: "Chờ xác nhận",
    CompletionStatus.CONFIRMED: "Đã xác nhận",
    CompletionStatus.REFUSED: "Bị từ chối",
    CompletionStatus.WITHDRAWN: "Đã rút lại",
}
