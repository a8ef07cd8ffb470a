"""One-time codes of an authenticator app (RFC 6238), the picture that hands the secret over, and recovery codes.

Parameters are those every app knows: SHA-1, six digits, thirty seconds.
"""

import hmac
import re
import secrets
from datetime import datetime

import segno
from pyotp import random_base32
from pyotp.totp import TOTP

STEP_SECONDS = 30
DIGITS = 6
# Clocks of telephones and slow typing: the step before and the one after count too (RFC 6238 §5.2).
_STEPS_AROUND = (0, -1, 1)
RECOVERY_CODES = 10
_ISSUER = "THADS"
# As in new passwords: letters and digits that cannot be mistaken for each other.
_CLEAR_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LETTERS = 3, 4  # sixty bits
_NOISE = re.compile(r"[\s\-.]+")


def new_secret() -> str:
    """A secret of 160 bits in base 32, as authenticator apps take it."""
    return random_base32()


def otpauth_uri(secret: str, username: str) -> str:
    """The address an authenticator app reads from the picture."""
    return TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)


def matching_step(secret: str, typed: str, moment: datetime) -> int | None:
    """The time step a typed code belongs to, or None when it is no code of about now."""
    code = _NOISE.sub("", typed)
    if len(code) != DIGITS or not code.isascii() or not code.isdecimal():
        return None
    device = TOTP(secret)
    now = int(moment.timestamp()) // STEP_SECONDS
    found = None
    for around in _STEPS_AROUND:  # all of them, whichever is right: the time taken tells nothing
        if hmac.compare_digest(device.generate_otp(now + around), code) and found is None:
            found = now + around
    return found


def readable(secret: str) -> str:
    """The secret in groups of four, for typing it by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def picture(uri: str) -> tuple[str, int]:
    """The QR code of an address as the path of an SVG, and the side of its view box with the quiet zone in it."""
    code = segno.make(uri, error="m", micro=False)
    border = 4
    strokes: list[str] = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            end = x
            while end < len(row) and row[end]:
                end += 1
            strokes.append(f"M{x + border} {y + border}h{end - x}v1h{x - end}z")
            x = end
    return "".join(strokes), len(code.matrix) + 2 * border


def new_recovery_codes() -> list[str]:
    """Ten codes that can be read aloud and written down, for the day the telephone is lost."""
    return [
        "-".join("".join(secrets.choice(_CLEAR_LETTERS) for _ in range(_GROUP_LETTERS)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def recovery_key(typed: str) -> str:
    """A recovery code as it is compared: without case, blanks and dashes; empty when it cannot be one."""
    bare = _NOISE.sub("", typed).lower()
    if len(bare) != _GROUPS * _GROUP_LETTERS or not set(bare) <= set(_CLEAR_LETTERS):
        return ""
    return bare
