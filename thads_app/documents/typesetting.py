"""Setting a template as PDF, with the fonts typst carries: the result is the same on every machine, without network."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path

from typst import Compiler, Fonts

TEMPLATES = Path(__file__).parent


@cache
def _fonts() -> Fonts:
    return Fonts(include_system_fonts=False, include_embedded_fonts=True)


def typeset(template: str, data: dict[str, object], *, made_at: datetime) -> bytes:
    """The PDF of a template. It takes some hundredths of a second: call it beside the event loop.

    Args:
        template: a file name of this folder.
        data: what the template reads with `json(bytes(sys.inputs.data))`; texts in it are shown as they are.
        made_at: the moment written into the file, so that the same data give the same bytes.
    """
    return _compiled(template, data, made_at, "pdf")[0]


def pictures(template: str, data: dict[str, object], *, made_at: datetime) -> list[bytes]:
    """The pages as PNG pictures, to look at."""
    return _compiled(template, data, made_at, "png")


def _compiled(template: str, data: dict[str, object], made_at: datetime, form: str) -> list[bytes]:
    compiler = Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    moment = int(made_at.timestamp())  # typst takes whole seconds only
    made = compiler.compile(format="png" if form == "png" else "pdf", sys_inputs=inputs, timestamp=moment, ppi=110)
    if made is None:
        raise RuntimeError(f"typst returned nothing for {template}")
    return made if isinstance(made, list) else [made]
