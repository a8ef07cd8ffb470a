"""A Reflex plugin that lets one built front end be served at any address and port."""

from __future__ import annotations

import re
from typing import ClassVar

from reflex_base.plugins import Plugin
from reflex_base.plugins.base import PostBuildContext
from typing_extensions import Unpack


class PortableOriginPlugin(Plugin):
    """Replace the server address that Reflex writes into the pages by the address of the page itself.

    Without it a front end built for port 3000 opens its socket on port 3000 whatever port serves it.
    """

    BAKED_ORIGIN: ClassVar[str] = "http://localhost:3000"
    _PATTERN: ClassVar[re.Pattern[str]] = re.compile(r"""(["'`])(http|ws)://localhost:3000(/[\w/.-]*)?\1""")

    def post_build(self, **context: Unpack[PostBuildContext]) -> None:
        """Rewrite every address literal of the built scripts.

        Raises:
            RuntimeError: the address is left somewhere, so a new Reflex writes it in another way.
        """
        for script in context["static_dir"].rglob("*.js"):
            before = script.read_text(encoding="utf-8")
            if "://localhost:3000" not in before:
                continue
            after = self._PATTERN.sub(self._own_address, before)
            if "://localhost:3000" in after:
                raise RuntimeError(f"the server's address is still written in {script.name}")
            script.write_text(after, encoding="utf-8")

    @staticmethod
    def _own_address(found: re.Match[str]) -> str:
        origin = "location.origin" if found[2] == "http" else 'location.origin.replace(/^http/,"ws")'
        return f'({origin}+"{found[3] or ""}")'
