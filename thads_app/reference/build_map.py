"""Make ``components/province_shapes.json`` from the npm package ``@svg-maps/vietnam`` (63 former provinces, CC BY 4.0).

Run with the package's unpacked ``index.js``: ``python -m thads_app.reference.build_map package/index.js``.
The former provinces of one new province are merged into one outline, so no inner border is left to hide.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from shapely.geometry import MultiPolygon, Polygon
from shapely.ops import unary_union
from shapely.validation import make_valid

from thads_app.reference.places import provinces

SOURCE_IDS = {
    "angiang": "89", "baria": "77", "baclieu": "95", "bacgiang": "24", "backan": "06", "bacninh": "27",
    "bentre": "83", "binhduong": "74", "binhdinh": "52", "binhphuoc": "70", "binhthuan": "60", "camau": "96",
    "caobang": "04", "cantho": "92", "danang": "48", "daklak": "66", "daknong": "67", "dongnai": "75",
    "dongthap": "87", "dienbien": "11", "gialai": "64", "hagiang": "02", "hanam": "35", "hanoi": "01",
    "hatinh": "42", "haiduong": "30", "haiphong": "31", "haugiang": "93", "hoabinh": "17", "hcm": "79",
    "hungyen": "33", "khanhhoa": "56", "kiengiang": "91", "kontum": "62", "lamdong": "68", "langson": "20",
    "laichau": "12", "laocai": "10", "longan": "80", "namdinh": "36", "ninhbinh": "37", "ninhthuan": "58",
    "nghean": "40", "phutho": "25", "phuyen": "54", "quangbinh": "44", "quangnam": "49", "quangngai": "51",
    "quangninh": "22", "quangtri": "45", "sonla": "14", "soctrang": "94", "tayninh": "72", "thanhhoa": "38",
    "thaibinh": "34", "thainguyen": "19", "tthue": "46", "tiengiang": "82", "travinh": "84", "tuyenquang": "08",
    "vinhlong": "86", "vinhphuc": "26", "yenbai": "15",
}  # fmt: skip
ARCHIPELAGOS = {"hoangsa": ("48", "Hoàng Sa"), "truongsa": ("56", "Trường Sa")}

_TOKEN = re.compile(r"([mMlLcCzZ])|(-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)")
_CLOSING_GAP = 0.25
_TOLERANCE = 0.12
_SPLINTER = 0.2
_FEWEST_CORNERS = 3
_NUMBERS = {"m": 2, "l": 2, "c": 6}

Point = tuple[float, float]


def read_rings(path: str) -> list[list[Point]]:
    """Read the closed rings of an SVG path of m, l, c and z commands, in absolute coordinates.

    A curve is replaced by its chord: only islets of a few hundredths of a unit are drawn with curves.
    """
    rings: list[list[Point]] = []
    here = start = (0.0, 0.0)
    for command, numbers in _steps(path):
        if command in "zZ":
            here = start
            continue
        base = here if command.islower() else (0.0, 0.0)
        here = (base[0] + numbers[-2], base[1] + numbers[-1])
        if command in "mM":
            start = here
            rings.append([here])
        else:
            rings[-1].append(here)
    return [ring for ring in rings if len(ring) >= _FEWEST_CORNERS]


def _steps(path: str) -> Iterator[tuple[str, list[float]]]:
    tokens = [(match[1], match[2]) for match in _TOKEN.finditer(path)]
    command, numbers = "", list[float]()
    for letter, number in tokens:
        if letter:
            command = letter
            if letter in "zZ":
                yield letter, []
            continue
        numbers.append(float(number))
        if len(numbers) == _NUMBERS[command.lower()]:
            yield command, numbers
            numbers = []
            # Further pairs after a move are lines (SVG 2, 9.3.3).
            command = {"m": "l", "M": "L"}.get(command, command)


def polygons(path: str) -> list[Polygon]:
    """Return the valid polygons an SVG path draws."""
    found: list[Polygon] = []
    for ring in read_rings(path):
        shape = make_valid(Polygon(ring))
        found.extend(part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon))
    return found


def merge(parts: list[Polygon]) -> list[Polygon]:
    """Merge the shapes of former provinces into one outline: the hairline gaps between them are closed first."""
    grown = unary_union([part.buffer(_CLOSING_GAP, join_style="mitre") for part in parts])
    shape = grown.buffer(-_CLOSING_GAP, join_style="mitre").simplify(_TOLERANCE)
    found = list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]
    return [Polygon(part.exterior) for part in found if isinstance(part, Polygon) and part.area > _SPLINTER]


def as_path(shapes: list[Polygon], digits: int = 1) -> str:
    """Return polygons as one SVG path with absolute starts and relative lines, rounded to ``digits`` decimals."""
    scale = 10**digits
    pieces: list[str] = []
    for shape in shapes:
        points = [(round(x * scale), round(y * scale)) for x, y in shape.exterior.coords[:-1]]
        pieces.append(f"M{_number(points[0][0], digits)},{_number(points[0][1], digits)}l")
        steps = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(points)]
        # An islet smaller than the last digit stays as a dot: its outline is what shows.
        moves = [step for step in steps if step != (0, 0)] or [(1, 0)]
        pieces.append(" ".join(f"{_number(x, digits)},{_number(y, digits)}" for x, y in moves))
        pieces.append("z")
    return "".join(pieces)


def _number(value: int, digits: int) -> str:
    text = f"{value / 10**digits:.{digits}f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text or "0"


def build_map(source: str) -> dict[str, object]:
    """Return the map of the 34 provinces from the text of the package's ``index.js``.

    Raises:
        KeyError: The package has a place this table does not know.
    """
    drawing = json.loads(source.removeprefix("export default ").strip().rstrip(";"))
    new_codes = {province.code: province.new_code for province in provinces()}
    names = {province.new_code: province.new_name for province in provinces()}
    land: dict[str, list[Polygon]] = defaultdict(list)
    islands: list[dict[str, object]] = []
    for place in drawing["locations"]:
        shapes = polygons(place["path"])
        if place["id"] in ARCHIPELAGOS:
            islands.append(_archipelago(place["id"], shapes))
        else:
            land[new_codes[SOURCE_IDS[place["id"]]]].extend(shapes)
    return {
        "viewBox": drawing["viewBox"],
        "provinces": [
            {"code": code, "name": names[code], "paths": [as_path([shape]) for shape in _by_size(merge(shapes))]}
            for code, shapes in sorted(land.items())
        ],
        "archipelagos": islands,
    }


def _by_size(shapes: list[Polygon]) -> list[Polygon]:
    return sorted(shapes, key=lambda shape: -shape.area)


def _archipelago(place: str, shapes: list[Polygon]) -> dict[str, object]:
    code, name = ARCHIPELAGOS[place]
    area = unary_union(shapes).convex_hull.buffer(6).simplify(1)
    return {
        "code": code,
        "name": name,
        "path": as_path(_by_size(shapes), digits=2),
        "area": as_path([area]) if isinstance(area, Polygon) else "",
    }


def main() -> None:
    """Write ``components/province_shapes.json`` anew from the ``index.js`` named on the command line."""
    drawing = build_map(Path(sys.argv[1]).read_text(encoding="utf-8"))
    target = Path(__file__).parents[2] / "components" / "province_shapes.json"
    target.write_text(json.dumps(drawing, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
