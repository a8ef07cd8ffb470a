"""What every answer tells the browser to refuse: scripts that are not ours, frames, guesses about types, referrers.

The policy for pages names the built page's own inline scripts by their hashes; no page may run any other inline script
or evaluate text as code. `docs/adr/0014-the-outside-of-the-application.md` lists each exception and why.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from thads_app.frontend import web_dir
from thads_app.settings import get_settings

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_INLINE_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The hash of nothing: Emotion and Plotly make empty style elements and put rules into them by the object model."""

# What is no page may do nothing at all, whatever it turns out to be.
BARE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# The browser's own viewer of PDFs is a page of its own making: it needs its styles and its plug-in.
PDF_POLICY = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'none'"
HSTS = "max-age=31536000; includeSubDomains"

GUARDS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The Origin check needs the browser to name us on posts, so the referrer is not switched off.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=(), "
        "xr-spatial-tracking=()"
    ),
    "X-Permitted-Cross-Domain-Policies": "none",
}


@dataclass(frozen=True)
class Inline:
    """The policy's words for what stands inline in a document: its scripts and its styles."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()

    def __or__(self, other: Inline) -> Inline:
        return Inline(_once(self.scripts + other.scripts), _once(self.styles + other.styles))


def inline_of(document: str) -> Inline:
    """What stands inline in a document, each once, in its order."""
    return Inline(
        _once(tuple(_hash(script) for script in _INLINE_SCRIPT.findall(document) if script)),
        _once(tuple(_hash(style) for style in _INLINE_STYLE.findall(document) if style)),
    )


def _once(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page_policy(inline: Inline, *, origins: tuple[str, ...], form_targets: tuple[str, ...] = ()) -> str:
    """The policy of a page.

    Args:
        inline: what stands inline in it.
        origins: our own; older browsers do not count our socket as `'self'`.
        form_targets: origins a form of ours may be sent on to, beside our own.
    """
    sockets = " ".join(re.sub("^http", "ws", origin) for origin in origins)
    parts = {
        "default-src": "'none'",
        "script-src": " ".join(("'self'", *inline.scripts)),
        "script-src-attr": "'none'",
        "style-src": " ".join(("'self'", EMPTY_STYLE, *inline.styles)),
        "style-src-attr": "'none'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": f"'self' {sockets}",
        "manifest-src": "'self'",
        "form-action": " ".join(("'self'", *form_targets)),
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }
    if get_settings().secure_cookies:
        parts["upgrade-insecure-requests"] = ""
    return "; ".join(f"{name} {value}".strip() for name, value in parts.items())


class BuiltPages:
    """What stands inline in the built pages, read once per process from the files that are served."""

    def __init__(self, folder: Path | None = None) -> None:
        self._given = folder

    @cached_property
    def _found(self) -> dict[str, Inline]:
        folder = self._given or web_dir() / "build" / "client"
        return {
            "/" + path.relative_to(folder).as_posix(): inline_of(path.read_text(encoding="utf-8"))
            for path in folder.rglob("*.html")
        }

    @cached_property
    def _fallback(self) -> Inline:
        """For addresses with a variable part, and those nobody knows."""
        return self._found.get("/__spa-fallback.html", Inline()) | self._found.get("/404.html", Inline())

    def inline_at(self, path: str) -> Inline:
        """What stands inline in the document served at a path."""
        plain = path.rstrip("/")
        for name in (plain, f"{plain}/index.html", f"{plain}.html"):
            if name in self._found:
                return self._found[name]
        return self._fallback


class SecureHeaders:
    """Wraps the whole HTTP app; outermost but for the log, so that refusals carry the headers too."""

    def __init__(self, app: ASGIApp, pages: BuiltPages | None = None) -> None:
        self._app = app
        self._pages = pages or BuiltPages()
        self._kept: dict[Inline, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(path, MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, with_headers)

    def _complete(self, path: str, headers: MutableHeaders) -> None:
        kind = headers.get("content-type", "").partition(";")[0].strip()
        for name, value in GUARDS.items():
            headers.setdefault(name, value)
        if get_settings().secure_cookies:
            headers.setdefault("Strict-Transport-Security", HSTS)
        headers.setdefault("Content-Security-Policy", self._policy(path, kind))
        if kind == "text/html":
            # Back after signing out must ask the server again, not show what the browser kept.
            headers["Cache-Control"] = "no-store"
        elif path.startswith("/api/"):
            headers.setdefault("Cache-Control", "no-store")

    def _policy(self, path: str, kind: str) -> str:
        if kind == "application/pdf":
            return PDF_POLICY
        if kind != "text/html":
            return BARE_POLICY
        inline = self._pages.inline_at(path)
        if inline not in self._kept:
            self._kept[inline] = page_policy(inline, origins=get_settings().origins, form_targets=form_targets())
        return self._kept[inline]


def form_targets() -> tuple[str, ...]:
    """Where signing out may lead beyond us: browsers hold the answer to a form to the policy of the page it was on."""
    issuers = (urlsplit(provider.issuer) for provider in get_settings().oidc_providers)
    return tuple(dict.fromkeys(f"{issuer.scheme}://{issuer.netloc}" for issuer in issuers))
