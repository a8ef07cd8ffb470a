"""Identity providers an operator may configure (`THADS_OIDC_PROVIDERS`): data only, read by the settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

# Signatures with a public key only: the client's secret never signs anything, and "none" is no signature.
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class IdentityProvider(BaseModel):
    """One OpenID provider. No rights come from it: it only says which existing account somebody owns."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", description="its word in our addresses")
    label: str = Field(min_length=1, max_length=60, description="the button's text on the sign-in page")
    issuer: str = Field(max_length=300, description="its issuer, exactly as it names itself")
    client_id: str = Field(min_length=1, max_length=200)
    client_secret: SecretStr = Field(default=SecretStr(""), description="or THADS_OIDC_<ID>_CLIENT_SECRET, or a file")
    client_secret_file: Path | None = None
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    claim: str = Field(default="email", min_length=1, max_length=60, description="what names the account")
    account: Literal["email", "username"] = Field(default="email", description="the column it is looked for in")
    verified_email: bool = Field(default=True, description="an e-mail must be marked as verified by the provider")
    algorithms: tuple[Algorithm, ...] = ("RS256", "PS256", "ES256")
    second_factor_amr: tuple[str, ...] = Field(
        default=(), description="`amr` values that count as a second factor; none: we ask for our own code"
    )
    sign_out: bool = Field(default=True, description="signing out here also signs out there")

    @field_validator("issuer")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
        if not safe or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("issuer phải có dạng https://…")
        return value

    @field_validator("scopes")
    @classmethod
    def _with_openid(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return value if "openid" in value else ("openid", *value)

    def secret(self) -> str:
        """The client's secret: from the setting, the environment or the file; empty for a public client.

        Raises:
            OSError: the file cannot be read.
        """
        given = self.client_secret.get_secret_value()
        from_environment = os.environ.get(f"THADS_OIDC_{self.id.upper().replace('-', '_')}_CLIENT_SECRET", "")
        if given or from_environment:
            return given or from_environment
        return self.client_secret_file.read_text().strip() if self.client_secret_file else ""
