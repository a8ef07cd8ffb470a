"""No request may send more than its route is meant to take; known before reading wherever its length is stated."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ORDINARY_BYTES = 1024 * 1024


class BodyTooLargeError(Exception):
    """The body turned out longer than allowed."""


class BodyLimit:
    """Wraps the whole HTTP app."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int] | None = None) -> None:
        """Args: larger: path prefix → bytes, for routes that take files."""
        self._app = app
        self._larger = dict(larger or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counted body, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next(
            (size for prefix, size in self._larger.items() if scope["path"].startswith(prefix)), ORDINARY_BYTES
        )
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isdecimal() or int(stated) > limit:
            await _refuse(scope, receive, send)
            return
        taken, answered = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise BodyTooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except BodyTooLargeError:
            if not answered:
                await _refuse(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    message = "Nội dung gửi lên quá lớn."
    content: dict[str, object] = {"code": "body_too_large", "message": message}
    media_type = "application/json"
    if scope["path"].startswith("/api/v1/"):
        content = {"type": "about:blank", "title": HTTPStatus.REQUEST_ENTITY_TOO_LARGE.phrase, "status": 413,
                   "code": "body_too_large", "detail": message}  # fmt: skip
        media_type = "application/problem+json"
    answer = JSONResponse(content, 413, media_type=media_type, headers={"Connection": "close"})
    await answer(scope, receive, send)
