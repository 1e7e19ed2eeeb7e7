"""The fields of a request, whether they came as JSON, as a form, or as parts."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request


class Unreadable(Exception):
    """The body is not what its content type says."""


@dataclass(frozen=True)
class Fields:
    """Named values in their order; a name may come several times."""

    pairs: tuple[tuple[str, Any], ...] = ()
    attributes: tuple[dict[str, Any], ...] = field(default=())

    def one(self, name: str) -> str | None:
        """The last value given under a name."""
        values = [value for key, value in self.pairs if key == name and isinstance(value, str)]
        return values[-1] if values else None

    def several(self, name: str) -> list[str] | None:
        """All values of a list, or nothing if the list was not named at all."""
        values = [value for key, value in self.pairs if key in (name, f"{name}[]")]
        if not values:
            return None
        return [str(item) for value in values for item in _as_list(value) if str(item)]

    def file(self, name: str) -> bytes | None:
        """The uploaded bytes under a name."""
        for key, value in self.pairs:
            if key == name and isinstance(value, bytes):
                return value
        return None


async def read_fields(request: Request, *, most_files: int = 1) -> Fields:
    """Read the body in whichever of the three ways the client chose."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _from_json(await request.body())
    if kind == "multipart/form-data":
        return await _from_parts(request, most_files)
    return _with_attributes(_form_pairs(await request.body()))


def text_of(body: bytes, content_type: str) -> str:
    """What a body says, for fault rules that look for a word in it."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            return json.dumps(json.loads(body), ensure_ascii=False)
        if kind == "application/x-www-form-urlencoded":
            return "\n".join(value for _, value in _form_pairs(body))
    except (Unreadable, ValueError):
        return ""
    return body.decode("utf-8", errors="replace")


async def _from_parts(request: Request, most_files: int) -> Fields:
    try:
        form = await request.form(max_files=most_files, max_fields=50, max_part_size=1_000_000)
    except HTTPException as broken:
        raise Unreadable from broken
    pairs = [
        (key, await value.read() if isinstance(value, UploadFile) else value)
        for key, value in form.multi_items()
    ]
    await request.close()
    return _with_attributes(pairs)


def _form_pairs(body: bytes) -> list[tuple[str, Any]]:
    try:
        return list(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError as broken:
        raise Unreadable from broken


def _from_json(body: bytes) -> Fields:
    try:
        values = json.loads(body or b"{}")
    except ValueError as broken:
        raise Unreadable from broken
    if not isinstance(values, dict):
        raise Unreadable
    attributes = values.pop("media_attributes", None) or []
    if not isinstance(attributes, list) or not all(isinstance(item, dict) for item in attributes):
        raise Unreadable
    return Fields(tuple(values.items()), tuple(attributes))


def _with_attributes(pairs: list[tuple[str, Any]]) -> Fields:
    """Gathers `media_attributes[][id]=…`: a name that comes again begins the next group."""
    plain: list[tuple[str, Any]] = []
    groups: list[dict[str, Any]] = []
    for key, value in pairs:
        if not (key.startswith("media_attributes[][") and key.endswith("]")):
            plain.append((key, value))
            continue
        name = key.removeprefix("media_attributes[][")[:-1]
        if not groups or name in groups[-1]:
            groups.append({})
        groups[-1][name] = value
    return Fields(tuple(plain), tuple(groups))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
