"""Settings from the environment (`THADS_*`). Read once; never from the database."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from thads_app.auth.providers import IdentityProvider
from thads_app.failures import OperatorError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
MINIMUM_SECRET_LENGTH = 32
MINIMUM_SECRET_LETTERS = 8


class Settings(BaseSettings):
    """Everything an operator can set; the README lists the variables."""

    model_config = SettingsConfigDict(env_prefix="THADS_", extra="ignore", frozen=True)

    database_url: str = Field(default="", description="PostgreSQL; empty = the embedded one under data_dir")
    owner_database_url: str = Field(default="", description="the same database as its tables' owner, for migrations")
    redis_url: str = Field(default="", description="Redis, needed from two workers on")
    data_dir: Path = Field(default=PROJECT_ROOT / ".data", description="where the program keeps its own files")
    anchors_dir: Path | None = Field(
        default=None, description="where each day's heads of the audit trail are written; empty = data_dir/anchors"
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""), description="signs what leaves the server; 32 characters or more"
    )
    demo: bool = Field(default=False, description="demonstration: known accounts and passwords are allowed")
    public_origin: str = Field(default="", description="the address people type; empty = http://localhost:<port>")
    host: str = Field(default="0.0.0.0", description="the address to listen on")  # noqa: S104 (a server listens)
    port: int = Field(default=3000, ge=1, le=65535, description="the one port of the app")
    trusted_proxy_hops: int = Field(default=0, ge=0, le=5, description="reverse proxies in front of the app")
    session_idle_minutes: int = Field(default=60, ge=1, le=24 * 60, description="signed out after this long unused")
    session_absolute_hours: int = Field(default=12, ge=1, le=24 * 7, description="signed out after this long anyway")
    require_two_factor: bool | None = Field(
        default=None, description="administrators and heads need a second factor; unset = outside the demonstration"
    )
    local_sign_in: bool = Field(default=True, description="whether people may sign in with a password of ours")
    break_glass: str = Field(
        default="", description="user names of administrators who may use a password even so, parted by commas"
    )
    oidc_providers: tuple[IdentityProvider, ...] = Field(default=(), description="identity providers, as JSON")
    late_after_working_days: int = Field(
        default=1, ge=0, le=30, description="an event recorded later than this is late"
    )
    max_upload_mb: int = Field(default=50, ge=1, le=400, description="largest workbook taken in, in megabytes")
    statement_timeout_ms: int = Field(default=15_000, ge=100, description="longest web query, in milliseconds")
    db_pool_size: int = Field(default=10, ge=1, le=50, description="database connections kept by each worker")
    db_pool_overflow: int = Field(default=10, ge=0, le=50, description="database connections added under load")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("anchors_dir", mode="before")
    @classmethod
    def _absolute_or_none(cls, value: object) -> Path | None:
        return Path(str(value)).expanduser().absolute() if value else None

    @field_validator("database_url", "owner_database_url")
    @classmethod
    def _psycopg(cls, value: str) -> str:
        if not value:
            return ""
        scheme, separator, rest = value.partition("://")
        if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
            raise ValueError("phải có dạng postgresql://…")
        return f"postgresql+psycopg://{rest}"

    @field_validator("public_origin")
    @classmethod
    def _bare_origin(cls, value: str) -> str:
        origin = value.rstrip("/")
        if origin and (not origin.startswith(("http://", "https://")) or "/" in origin.partition("://")[2]):
            raise ValueError("phải có dạng https://ten-mien, không có đường dẫn")
        return origin

    @field_validator("oidc_providers")
    @classmethod
    def _each_once(cls, value: tuple[IdentityProvider, ...]) -> tuple[IdentityProvider, ...]:
        if len({each.id for each in value}) < len(value) or len({each.issuer for each in value}) < len(value):
            raise ValueError("mỗi id và mỗi issuer chỉ dùng một lần")
        return value

    @property
    def two_factor_required(self) -> bool:
        """Whether the roles that need a second factor may not do without."""
        return not self.demo if self.require_two_factor is None else self.require_two_factor

    @property
    def break_glass_names(self) -> frozenset[str]:
        """Who may sign in with a password when that is switched off."""
        return frozenset(name.strip().lower() for name in self.break_glass.split(",") if name.strip())

    @property
    def origin(self) -> str:
        """The address people type, for links and messages."""
        return self.public_origin or f"http://localhost:{self.port}"

    @property
    def origins(self) -> tuple[str, ...]:
        """The exact origins whose pages may open the socket or post forms: one, or both names of this machine."""
        return (self.public_origin,) if self.public_origin else (self.origin, f"http://127.0.0.1:{self.port}")

    @property
    def embedded(self) -> bool:
        """Whether the program runs its own PostgreSQL under `data_dir`."""
        return not self.database_url

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies must be `Secure` (and may carry the `__Host-` prefix)."""
        return self.origin.startswith("https://")


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process.

    Raises:
        OperatorError: a variable has a value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = "THADS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise OperatorError(f"Biến môi trường {name} không hợp lệ: {first['msg']}.") from None
    except SettingsError:
        raise OperatorError("Biến môi trường THADS_OIDC_PROVIDERS không hợp lệ: cần một danh sách JSON.") from None


@lru_cache(maxsize=1)
def secret_key() -> bytes:
    """Return the key that signs what leaves the server.

    With the embedded database or in the demonstration a random key is made once and kept in
    `data_dir/secret.key`; anywhere else the operator must give one.

    Raises:
        OperatorError: no key or too short a key was given where one is needed.
    """
    settings = get_settings()
    given = settings.secret_key.get_secret_value()
    if given:
        if len(given) < MINIMUM_SECRET_LENGTH or len(set(given)) < MINIMUM_SECRET_LETTERS:
            raise OperatorError(f"THADS_SECRET_KEY quá yếu: cần ít nhất {MINIMUM_SECRET_LENGTH} ký tự ngẫu nhiên.")
        return given.encode()
    if not settings.embedded and not settings.demo:
        raise OperatorError("Thiếu THADS_SECRET_KEY: cần một khóa bí mật khi dùng cơ sở dữ liệu ngoài.")
    return _kept_secret(prepare_data_dir())


def prepare_data_dir() -> Path:
    """Make the data folder when missing, prove that it can be written to, and return it.

    Raises:
        OperatorError: the folder cannot be made or written to.
    """
    folder = get_settings().data_dir
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        probe.touch()
        probe.unlink()
    except OSError:
        raise OperatorError(f"Không ghi được vào thư mục dữ liệu {folder}: hãy kiểm tra quyền ghi.") from None
    return folder


def _kept_secret(folder: Path) -> bytes:
    path = folder / "secret.key"
    if not path.exists():
        draft = folder / f".secret-{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # atomic: the first process wins, the others read its key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        return path.read_text().strip().encode()
    except OSError:
        raise OperatorError(f"Không đọc được khóa bí mật {path}.") from None
