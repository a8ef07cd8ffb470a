"""Signing out at the identity provider too: the page that takes a browser there."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

from thads_app.auth import oidc
from thads_app.auth.oidc import ProviderError
from thads_app.auth.providers import IdentityProvider
from thads_app.services import single_sign_on
from thads_app.settings import get_settings


async def farewell(session_hash: str) -> HTMLResponse | None:
    """The page that takes a browser to the provider, to be signed out there too; None when nothing is to be done there.

    A page and not a redirect: the browser came by a form, and our forms may lead to our own addresses only.
    """
    login = await single_sign_on.login_of(session_hash)
    provider = next((each for each in get_settings().oidc_providers if login and each.id == login[0]), None)
    if login is None or provider is None or not provider.sign_out:
        return None
    try:
        address = await oidc.end_session_address(
            provider, id_token=login[1], return_to=our_address(provider, "signed-out")
        )
    except ProviderError:
        return None
    if address is None:
        return None
    return HTMLResponse(_FAREWELL.format(address=escape(address, quote=True), label=escape(provider.label)))


_FAREWELL = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url={address}">
<title>Đang đăng xuất · THADS</title>
</head>
<body>
<main>
<h1>Đã đăng xuất khỏi THADS</h1>
<p>Đang chuyển sang “{label}” để đăng xuất ở đó. <a href="{address}">Tiếp tục</a> nếu trang không tự chuyển.</p>
</main>
</body>
</html>
"""


def our_address(provider: IdentityProvider, word: str) -> str:
    """One of our addresses the provider knows, letter by letter."""
    return f"{get_settings().origin}/api/auth/oidc/{provider.id}/{word}"
