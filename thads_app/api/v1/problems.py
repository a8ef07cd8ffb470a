"""Everything that goes wrong in `/api/v1` as a problem (RFC 9457): a code for programs, sentences for people.

Nothing of what was sent comes back: a wrong value may be personal data.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from thads_app.auth.body_limit import BodyTooLargeError
from thads_app.auth.incidents import note_incident
from thads_app.errors import DomainError, FieldError, Invalid, StaleVersion
from thads_app.messages import sentence

PROBLEM_TYPE = "application/problem+json"
_HTTP_CODES = {400: "body_unreadable", 401: "signed_out", 403: "forbidden", 404: "not_found", 413: "body_too_large"}
_LIMITS = {
    "string_too_long": ("too_long", "max_length"),
    "too_long": ("too_many", "max_length"),
    "too_short": ("too_few", "min_length"),
    "greater_than_equal": ("number_too_small", "ge"),
    "less_than_equal": ("number_too_large", "le"),
}
_CODES = {
    "missing": "required",
    "string_too_short": "required",
    "string_pattern_mismatch": "not_text",
    "string_type": "not_text",
    "string_unicode": "not_text",
    "int_type": "not_a_number",
    "int_parsing": "not_a_number",
    "int_parsing_size": "not_a_number",
    "int_from_float": "not_a_number",
    "bool_type": "not_a_flag",
    "bool_parsing": "not_a_flag",
    "list_type": "not_a_list",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "dict_type": "not_an_object",
    "extra_forbidden": "field_unknown",
    "uuid_type": "not_a_uuid",
    "uuid_parsing": "not_a_uuid",
    "uuid_version": "not_a_uuid",
    "json_invalid": "body_unreadable",
    "not_iso_date": "not_iso_date",
    "not_iso_moment": "not_iso_moment",
    "cursor_invalid": "cursor_invalid",
}


def problem_of(error: Exception) -> JSONResponse:
    """The answer to any failure; an unforeseen one is logged and shows only its number."""
    if isinstance(error, DomainError):
        return _of_domain(error)
    if isinstance(error, RequestValidationError):
        return _of_domain(Invalid(fields=_field_errors(error.errors())))
    if isinstance(error, BodyTooLargeError):
        return problem(413, "body_too_large")
    if isinstance(error, HTTPException):
        return problem(error.status_code, _HTTP_CODES.get(error.status_code, "refused"))
    number = note_incident(error)
    return problem(500, "incident", sentence("incident", number=number), more={"incident": number})


def problem(
    status: int,
    code: str,
    detail: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> JSONResponse:
    """One problem as an answer."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail or sentence(code),
    }
    told = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    return JSONResponse(content | dict(more or {}), status, media_type=PROBLEM_TYPE, headers=told | dict(headers or {}))


def told(error: DomainError) -> tuple[str, str]:
    """Code and sentence of how one of several things ended; of a wrong field, what is wrong with it."""
    if isinstance(error, Invalid) and error.fields:
        wrong = next(iter(error.fields.values()))
        return wrong.code, sentence(wrong)
    return error.code, sentence(error)


def _of_domain(error: DomainError) -> JSONResponse:
    more: dict[str, object] = {}
    if isinstance(error, Invalid) and error.fields:
        more["fields"] = {
            name: {"code": wrong.code, "detail": sentence(wrong)} for name, wrong in sorted(error.fields.items())
        }
    if isinstance(error, StaleVersion):
        more["by"] = error.by
        more["changes"] = {name: {"before": pair[0], "now": pair[1]} for name, pair in error.changes.items()}
    return problem(error.status, error.code, sentence(error), headers=error.headers, more=more)


def _field_errors(found: Sequence[Any]) -> dict[str, FieldError]:
    errors: dict[str, FieldError] = {}
    for one in found:
        errors.setdefault(_name(one["loc"]), _field_error(one["type"], one.get("ctx") or {}))
    return errors


def _name(place: Sequence[int | str]) -> str:
    """Where in the request: `judgment.number`, `parties.0.name`; `body` for the body as a whole."""
    parts = [str(part) for part in place[1:]]
    if place[0] == "body" and (not parts or (len(parts) == 1 and parts[0].isdigit())):
        return "body"  # no JSON at all: the parser names a position
    return ".".join(parts) or str(place[0])


def _field_error(kind: str, context: Mapping[str, object]) -> FieldError:
    if kind in _LIMITS:
        code, limit = _LIMITS[kind]
        return FieldError(code, {"limit": context.get(limit, "…")})
    if kind in {"enum", "literal_error"}:
        return FieldError("word_unknown", {"words": _words(str(context.get("expected", "")))})
    return FieldError(_CODES.get(kind, "value_wrong"))


def _words(expected: str) -> str:
    return expected.replace("'", "").replace(" or ", ", ")


def renamed(error: Invalid, new_name: Callable[[str], str]) -> Invalid:
    """The same refusal with its fields under the names the caller knows."""
    return Invalid(error.code, error.params, fields={new_name(name): wrong for name, wrong in error.fields.items()})
