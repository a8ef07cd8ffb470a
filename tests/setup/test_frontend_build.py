"""When the front end is built again, and that it works at any address."""

from __future__ import annotations

from pathlib import Path

import pytest

from thads_app import frontend
from thads_app.portable_origin import PortableOriginPlugin


def test_the_fingerprint_changes_with_a_source_and_not_with_compiled_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(frontend, "PROJECT_ROOT", tmp_path)
    source = tmp_path / "pages" / "list.py"
    source.parent.mkdir()
    source.write_text("a = 1")
    before = frontend.fingerprint("pages")
    (source.parent / "__pycache__").mkdir()
    (source.parent / "__pycache__" / "list.pyc").write_text("x")
    assert frontend.fingerprint("pages") == before
    source.write_text("a = 2")
    changed = frontend.fingerprint("pages")
    assert changed != before
    source.rename(source.with_name("other.py"))
    assert frontend.fingerprint("pages") not in {before, changed}


def test_built_pages_call_the_address_they_came_from(tmp_path: Path):
    script = tmp_path / "state.js"
    script.write_text(
        'e={PING:"http://localhost:3000/ping",EVENT:`ws://localhost:3000/_event`,HOST:"http://localhost:3000"}'
    )
    PortableOriginPlugin().post_build(static_dir=tmp_path)
    assert script.read_text() == (
        'e={PING:(location.origin+"/ping"),EVENT:(location.origin.replace(/^http/,"ws")+"/_event"),'
        'HOST:(location.origin+"")}'
    )


def test_an_address_written_in_an_unknown_way_stops_the_build(tmp_path: Path):
    (tmp_path / "state.js").write_text('e=JSON.parse(\'{"PING":"http:\\/\\/x","A":"see http://localhost:3000 here"}\')')
    with pytest.raises(RuntimeError, match=r"state\.js"):
        PortableOriginPlugin().post_build(static_dir=tmp_path)
