"""Tables and enums. Importing this package registers every table on `SQLModel.metadata`."""

from models.accounts import (
    Account,
    ApiToken,
    AuthSession,
    ImportJob,
    RoleGrant,
    SignInThrottle,
)
from models.administration import Authorisation
from models.audit import AuditAnchor, AuditEntry, AuditSeal
from models.cases import Assignment, Case, CaseEvent, Judgment, Obligation, Party
from models.guards import CompletionRequest, ConflictOfInterest
from models.handovers import Handover, HandoverItem
from models.offices import Office, Posting, StaffMember
from models.personal_data import DataRequest, ExportRecord, ProcessingActivity
from models.reviews import AccountReview
from models.statistics import (
    Notice,
    PublishedResult,
    Setting,
    StatDelta,
    StatFold,
    StatMonthly,
    StatOfficeMonthly,
    Target,
)
from models.two_factor import OidcLogoutSeen, OidcSession, RecoveryCode, TwoFactor

__all__ = [
    "Account",
    "AccountReview",
    "ApiToken",
    "Assignment",
    "AuditAnchor",
    "AuditEntry",
    "AuditSeal",
    "AuthSession",
    "Authorisation",
    "Case",
    "CaseEvent",
    "CompletionRequest",
    "ConflictOfInterest",
    "DataRequest",
    "ExportRecord",
    "Handover",
    "HandoverItem",
    "ImportJob",
    "Judgment",
    "Notice",
    "Obligation",
    "Office",
    "OidcLogoutSeen",
    "OidcSession",
    "Party",
    "Posting",
    "ProcessingActivity",
    "PublishedResult",
    "RecoveryCode",
    "RoleGrant",
    "Setting",
    "SignInThrottle",
    "StaffMember",
    "StatDelta",
    "StatFold",
    "StatMonthly",
    "StatOfficeMonthly",
    "Target",
    "TwoFactor",
]
