"""What is wrong in a workbook: where, what stands there, and the code of the sentence that says why."""

from dataclasses import dataclass, field

from thads_app.services.importing.columns import SheetLayout

PROBLEM_LIMIT = 20_000
"""Beyond this many the rest are only counted: nobody reads them, and a damaged file may have millions."""

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `row` counts from 1 as Excel does, 0 for the sheet as a whole; `column` is a heading."""

    sheet: str
    row: int
    column: str
    value: str
    code: str
    params: tuple[tuple[str, object], ...] = ()


@dataclass(slots=True)
class Problems:
    """Everything found in one file. `warnings` do not stop the import."""

    found: list[Problem] = field(default_factory=list[Problem])
    warnings: list[Problem] = field(default_factory=list[Problem])
    total: int = 0

    def add(self, layout: SheetLayout | str, row: int, key: str, value: object, code: str, /, **params: object) -> None:
        """Note a problem that stops the import. `key` is a column's key, or empty for a row as a whole."""
        self.total += 1
        if len(self.found) < PROBLEM_LIMIT:
            self.found.append(_problem(layout, row, key, value, code=code, params=params))

    def warn(
        self, layout: SheetLayout | str, row: int, key: str, value: object, code: str, /, **params: object
    ) -> None:
        """Note something the person should look at."""
        if len(self.warnings) < PROBLEM_LIMIT:
            self.warnings.append(_problem(layout, row, key, value, code=code, params=params))

    def sorted(self) -> list[Problem]:
        """The problems in the order of the sheets and rows."""
        return sorted(self.found, key=lambda problem: (problem.sheet, problem.row))


def _problem(
    layout: SheetLayout | str, row: int, key: str, value: object, *, code: str, params: dict[str, object]
) -> Problem:
    name = layout if isinstance(layout, str) else layout.name
    column = "" if isinstance(layout, str) or not key else layout.heading(key)
    return Problem(name, row, column, shown(value), code, tuple(params.items()))


def shown(value: object) -> str:
    """A cell's value as a person recognises it, at most 200 characters."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = f"{value:%d/%m/%Y}" if hasattr(value, "strftime") and hasattr(value, "year") else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
