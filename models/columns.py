"""Column helpers shared by every table: text enums with a check, moments in UTC, money in whole đồng."""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, MetaData, String, func
from sqlalchemy import Enum as SqlEnum
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


def enum_column(kind: type[StrEnum], *, name: str, nullable: bool = False, **options: Any) -> Column[Any]:
    """A text column holding the enum's value, with a CHECK named after the column.

    Args:
        kind: the closed set of words.
        name: the column's name; the constraint is called `ck_<table>_<name>`.
        nullable: whether NULL is allowed.
        **options: passed on to the column.
    """
    return Column(
        name,
        SqlEnum(
            kind,
            native_enum=False,
            create_constraint=True,
            name=name,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
        nullable=nullable,
        **options,
    )


def moment_column(*, nullable: bool = False, default_now: bool = False, index: bool = False) -> Column[Any]:
    """A timestamptz column. Moments are aware and in UTC; `default_now` lets the database fill it in."""
    return Column(
        DateTime(timezone=True),
        nullable=nullable,
        index=index,
        server_default=func.now() if default_now else None,
    )


def big_id_column() -> Column[Any]:
    """A bigint identity primary key."""
    return Column(BigInteger, primary_key=True, autoincrement=True)


def big_reference(target: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """A bigint foreign key to `table.column`."""
    return Column(BigInteger, ForeignKey(target), nullable=nullable, index=index)


def money_column(*, nullable: bool = False, default_zero: bool = False) -> Column[Any]:
    """An amount in whole đồng."""
    return Column(BigInteger, nullable=nullable, server_default="0" if default_zero else None)


def text_column(length: int | None = None, *, nullable: bool = False, unique: bool = False) -> Column[Any]:
    """A text column, bounded when a length is given."""
    return Column(String(length) if length else String(), nullable=nullable, unique=unique)
