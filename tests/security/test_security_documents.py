"""The threat model and the ASVS list say only what the repository holds: every requirement, path, test and count."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "docs" / "asvs.md"
MODEL = ROOT / "docs" / "threat-model.md"

# OWASP ASVS 5.0.0: the numbers of levels 1 and 2, and of level 3 in V8 and V16. `chapter.section:numbers`.
EXPECTED = """
    1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1 3.2:1-2 3.3:1-4 3.4:1-6
    3.5:1-5 3.7:1-2 4.1:1-3 4.2:1 4.3:1-2 4.4:1-4 5.1:1 5.2:1-3 5.3:1-2 5.4:1-3 6.1:1-3 6.2:1-12
    6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4 7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2 8.1:1-4
    8.2:1-4 8.3:1-3 8.4:1-2 9.1:1-3 9.2:1-4 10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2
    10.7:1-3 11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1 11.6:1 12.1:1-3 12.2:1-2 12.3:1-4 13.1:1
    13.2:1-5 13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3 15.3:1-7 16.1:1 16.2:1-5
    16.3:1-4 16.4:1-3 16.5:1-4 17.1:1 17.2:1-4 17.3:1-2
"""
STATES = ("met", "partly", "not met", "not applicable")
LONGEST = 12
_LINE = re.compile(r"\| (V\d+\.\d+\.\d+) \| ([123]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")
_CODE = re.compile(r"`([^`]+)`")
_PATH = re.compile(r"(?:[\w.-]+/)*[\w-][\w.-]*\.(?:py|md|js|json|lock|in)")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
_COUNTS = re.compile(r"\| (?:\*\*)?(all|V\d+)[^|]*\|" + r" (?:\*\*)?(\d+)(?:\*\*)? \|" * 5)


@dataclass(frozen=True)
class Line:
    """One requirement as the list has it."""

    number: str
    words: str
    state: str
    where: str


@cache
def lines() -> tuple[Line, ...]:
    """Every requirement of the list, in its order."""
    found = (_LINE.fullmatch(line) for line in LIST.read_text(encoding="utf-8").splitlines())
    return tuple(Line(match[1], match[3], match[4], match[5]) for match in found if match)


def expected() -> list[str]:
    """The numbers that must be there, in the standard's order."""
    found: list[str] = []
    for part in EXPECTED.split():
        section, _, numbers = part.partition(":")
        for run in numbers.split(","):
            first, _, last = run.partition("-")
            found += [f"V{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def named(text: str) -> list[tuple[Path, str]]:
    """The files a text names in code marks, each with the test it names in it, or an empty text."""
    found: list[tuple[Path, str]] = []
    for word in _CODE.findall(text):
        path, _, test = word.partition("::")
        if _PATH.fullmatch(path):
            found.append((ROOT / path, test))
    return found


def holds_test(path: Path, test: str) -> bool:
    """Whether a file defines a test of this name."""
    return (
        re.search(rf"^\s*(?:async )?def {re.escape(test)}\(", path.read_text(encoding="utf-8"), re.MULTILINE)
        is not None
    )


def wrong_names(text: str) -> list[str]:
    """What a text names that is not there."""
    return [
        f"{path.relative_to(ROOT)}::{test}"
        for path, test in named(text)
        if not path.exists() or (test and not holds_test(path, test))
    ]


def test_every_requirement_has_exactly_one_line_in_the_standards_order() -> None:
    wanted = expected()
    assert len(wanted) == len(set(wanted)) == 260
    assert [line.number for line in lines()] == wanted


def test_every_line_of_the_table_can_be_read() -> None:
    rows = [row for row in LIST.read_text(encoding="utf-8").splitlines() if re.match(r"\| V\d+\.\d+\.", row)]
    assert [row for row in rows if not _LINE.fullmatch(row)] == []


def test_every_state_is_one_of_four_and_says_where_or_why() -> None:
    for line in lines():
        assert line.state in STATES, line.number
        assert len(line.words.split()) <= LONGEST, line.number
        if line.state == "met":
            assert named(line.where), f"{line.number} is met nowhere"
        else:
            reason = _CODE.sub("", line.where)
            assert len(re.findall(r"\w+", reason)) >= 4, f"{line.number} gives no reason"


def test_every_file_and_every_test_named_exists() -> None:
    assert {line.number: wrong for line in lines() if (wrong := wrong_names(line.where))} == {}


@pytest.mark.parametrize("document", [LIST, MODEL], ids=["list", "model"])
def test_every_link_and_every_file_named_in_a_document_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert [link for link in _LINK.findall(text) if not (document.parent / link).exists()] == []
    assert wrong_names("\n".join(word for word in text.splitlines() if "/" in word)) == []


def test_the_counts_at_the_top_are_those_of_the_lines() -> None:
    told = {match[1]: tuple(int(match[place]) for place in range(2, 7))
            for match in map(_COUNTS.fullmatch, LIST.read_text(encoding="utf-8").splitlines()) if match}  # fmt: skip
    chapters: dict[str, Counter[str]] = {}
    for line in lines():
        for chapter in (line.number.partition(".")[0], "all"):
            chapters.setdefault(chapter, Counter())[line.state] += 1
    assert told == {
        chapter: (*(states[state] for state in STATES), states.total()) for chapter, states in chapters.items()
    }


def test_the_readme_leads_to_both_documents() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(docs/threat-model.md)" in readme
    assert "(docs/asvs.md)" in readme
