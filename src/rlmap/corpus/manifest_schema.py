"""The shape of one ``[[source]]`` table, and its mistakes in plain words."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from rlmap.types import Problem, Profile, SourceKind, TextMarkup


def _inside(pattern: str) -> str:
    if pattern.startswith("/") or "\\" in pattern or ".." in pattern.split("/"):
        raise ValueError("a pattern stays inside the archive or folder, with / between its parts")
    return pattern


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Glob = Annotated[str, StringConstraints(min_length=1), AfterValidator(_inside)]
#: An id is a folder name, a file name stem and part of a document id on every platform.
SourceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$")]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PackageTable(_Table):
    """``[source.package]``: a file of a package on the package index."""

    name: Text
    version: Text
    file: FileName
    include: Annotated[list[Glob], Field(min_length=1)]
    exclude: list[Glob] = []


class WebTable(_Table):
    """``[source.web]``: a file at an address."""

    url: WebAddress
    size_bytes: Annotated[int, Field(gt=0)] | None = None
    pinned: bool = True


class LocalTable(_Table):
    """``[source.local]``: a file or folder, relative to the folder of the manifest."""

    path: Text
    include: list[Glob] = []


class PartTable(_Table):
    """``[source.part]``: one of several texts in the file of another source."""

    of: SourceId
    heading: Text


class SourceEntry(_Table):
    """``[[source]]``: see ``corpus/README.md`` for what each field means."""

    id: SourceId
    work: SourceId | None = None
    title: Text
    authors: Annotated[list[Text], Field(min_length=1)]
    year: Annotated[int, Field(ge=1850, le=2100)] | None = None
    kind: SourceKind
    licence: Text
    profile: Profile
    url: WebAddress | None = None
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$")] = "application/octet-stream"
    sha256: Sha256 | None = None
    explains: str = ""
    how_to_read: str = ""
    on_request: str = ""
    text_as: TextMarkup = "text/plain"
    package: PackageTable | None = None
    web: WebTable | None = None
    local: LocalTable | None = None
    part: PartTable | None = None


_REMEDIES = {
    "missing": "Add it.",
    "extra_forbidden": "Remove it, or correct its spelling.",
    "string_pattern_mismatch": "Write it as corpus/README.md describes.",
    "string_too_short": "Write at least one character.",
    "too_short": "Give at least one.",
    "literal_error": "Use one of the values named.",
}


def problems_from(error: ValidationError, file: str, label: str) -> list[Problem]:
    """Turn every mistake that pydantic found in one table into a :class:`Problem`."""
    problems = []
    for mistake in error.errors(include_url=False):
        where = ".".join(str(part) for part in mistake["loc"])
        message = f"{mistake['msg']}, not {_short(mistake['input'])}."
        if mistake["type"] in {"missing", "extra_forbidden"}:
            message = "is missing." if mistake["type"] == "missing" else "is not a known field."
        problems.append(Problem(file, f"{label}, {where}", message, _REMEDIES.get(mistake["type"], "Correct it.")))
    return problems


def _short(value: object, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
