"""Secrets the database holds without being able to read them, under keys that stay outside of it.

Every purpose has a key of its own, derived from the program's secret key (`THADS_SECRET_KEY`, or `secret.key` in the
data folder). Whoever has the database alone reads nothing; whoever changes the secret key makes all of it unreadable.
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from thads_app.settings import secret_key

_NONCE_BYTES = 12
_KEY_BYTES = 32


class UnsealableError(Exception):
    """What was kept cannot be read: another key made it, or somebody changed or moved it."""


def seal(purpose: str, text: str, *, bound_to: str) -> str:
    """Encrypt a text (AES-256-GCM).

    Args:
        purpose: names the key.
        text: what nobody shall read.
        bound_to: where it belongs, such as an account's id; elsewhere it cannot be opened.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return urlsafe_b64encode(nonce + AESGCM(_key(purpose)).encrypt(nonce, text.encode(), bound_to.encode())).decode()


def unseal(purpose: str, sealed: str, *, bound_to: str) -> str:
    """Decrypt what `seal` made.

    Raises:
        UnsealableError: it was not made with this key for this purpose and place.
    """
    try:
        whole = urlsafe_b64decode(sealed.encode())
        plain = AESGCM(_key(purpose)).decrypt(whole[:_NONCE_BYTES], whole[_NONCE_BYTES:], bound_to.encode())
        return plain.decode()
    except (ValueError, InvalidTag):
        raise UnsealableError(purpose) from None


def keyed_digest(purpose: str, text: str) -> str:
    """A digest nobody without the key can try guesses against."""
    return hmac.new(_key(purpose), text.encode(), hashlib.sha256).hexdigest()


def _key(purpose: str) -> bytes:
    return _derived(secret_key(), purpose)


@lru_cache(maxsize=32)
def _derived(root: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"thads:{purpose}".encode()).derive(root)
