"""A page of one sentence, for a browser that followed a link to something it cannot have now."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse

_PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · THADS</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{sentence}</p>
<p><a href="{back}">{back_label}</a></p>
</main>
</body>
</html>
"""


def wants_page(headers: Headers) -> bool:
    """Whether the request is a browser opening an address, not a script or a program."""
    if mode := headers.get("sec-fetch-mode"):
        return mode == "navigate"
    return "text/html" in headers.get("accept", "")


def plain_page(
    title: str, sentence: str, status: int, *, back: str = "/", headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """The page as an answer.

    Args:
        title: what happened, in a few words.
        sentence: what happened and what to do.
        status: the answer's HTTP status.
        back: the path its one link leads to.
        headers: more headers of the answer.
    """
    text = _PAGE.format(title=escape(title), sentence=escape(sentence), back=escape(back), back_label="Quay lại")
    return HTMLResponse(text, status, headers=dict(headers or {}))
