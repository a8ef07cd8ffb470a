"""The one clock: the day in Vietnam and the moment in UTC. Rules never call it; services do."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Vietnam, which decides business dates."""
    return datetime.now(VIETNAM).date()


def vietnam_day(moment: datetime) -> date:
    """The calendar day in Vietnam of a moment."""
    return moment.astimezone(VIETNAM).date()
