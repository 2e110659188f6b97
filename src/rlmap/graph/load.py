"""Read the map: TOML files to entries with their file names, and on to a checked graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import rtoml
from pydantic import BaseModel, TypeAdapter, ValidationError

from rlmap.errors import GraphError
from rlmap.graph.problems import describe
from rlmap.graph.schema import AreaEntry, ConceptEntry, ConceptFile, RawGraph, TracksFile
from rlmap.graph.structure import structure_problems
from rlmap.types import ConceptGraph, Problem

_AREAS = TypeAdapter(dict[str, AreaEntry])
_CONCEPT = TypeAdapter(ConceptFile)
_TRACKS = TypeAdapter(TracksFile)
_Parsed = TypeVar("_Parsed")

#: How pydantic names an error, and what the editor of the file should do about it.
_FIXES = {
    "missing": "add the key",
    "extra_forbidden": "remove the key, or correct its spelling",
    "string_pattern_mismatch": "write a text; an id is lower-case words joined by hyphens",
    "string_too_short": "write a text",
    "string_type": "write a text in quotes",
    "int_type": "write a whole number without quotes",
    "bool_type": "write true or false",
    "too_short": "add entries",
}


def read_graph(graph_dir: Path) -> tuple[RawGraph, list[Problem]]:
    """Read every file of the map and report all that cannot be read.

    Parameters
    ----------
    graph_dir : Path
        The folder with ``areas.toml``, ``tracks.toml`` (optional) and ``concepts/<area>/<id>.toml``.

    Returns
    -------
    tuple of RawGraph and list of Problem
        What could be read, ordered by file name, and a problem for each thing that could not.
    """
    problems: list[Problem] = []
    areas = read_toml(graph_dir, graph_dir / "areas.toml", _AREAS, problems) or {}
    tracks_path = graph_dir / "tracks.toml"
    tracks = read_toml(graph_dir, tracks_path, _TRACKS, problems) if tracks_path.exists() else None
    entries = []
    for path in sorted((graph_dir / "concepts").glob("*/*.toml")):
        concept = read_toml(graph_dir, path, _CONCEPT, problems)
        if concept is not None:
            entries.append(ConceptEntry(path.relative_to(graph_dir).as_posix(), concept))
    if not entries and not problems:
        problems.append(Problem("concepts", "", "the map has no concept", "write concepts/<area>/<id>.toml"))
    return RawGraph(tuple(entries), areas, tuple(tracks.tracks) if tracks else ()), problems


def load_graph(graph_dir: Path) -> ConceptGraph:
    """Load the map, refusing one that cannot be walked.

    Faults of form (an unreadable file, an unknown key) and of structure (a cycle, an id that
    does not exist) are refused; what only an editor minds, such as a long summary, is left to
    :func:`rlmap.graph.check.check_graph`.

    Parameters
    ----------
    graph_dir : Path
        The folder described under :func:`read_graph`.

    Returns
    -------
    ConceptGraph
        Concepts ordered by id.

    Raises
    ------
    GraphError
        With every such fault, one per line, each with file, field and what to do.
    """
    raw, problems = read_graph(graph_dir)
    faults = [*problems, *(p for p in structure_problems(raw) if p.severity == "error")]
    if faults:
        count = "1 problem" if len(faults) == 1 else f"{len(faults)} problems"
        lines = "\n".join(describe(problem) for problem in faults)
        raise GraphError(f"The map in {graph_dir} has {count}; correct the files named here:\n{lines}")
    return raw.to_graph()


def read_toml(graph_dir: Path, path: Path, schema: TypeAdapter[_Parsed], problems: list[Problem]) -> _Parsed | None:
    """Parse and validate a file of the map.

    Parameters
    ----------
    graph_dir : Path
        The folder of the map, below which the file is named in problems.
    path : Path
        The file.
    schema : pydantic.TypeAdapter
        What the file must hold.
    problems : list of Problem
        What is wrong with the file is added here.

    Returns
    -------
    object or None
        As the schema gives it; ``None`` where anything is wrong.
    """
    file = path.relative_to(graph_dir).as_posix()
    try:
        data = rtoml.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(
            Problem(file, "", f"the file cannot be read ({error.strerror})", "write it, or allow reading it")
        )
        return None
    except UnicodeDecodeError as error:
        problems.append(Problem(file, "", f"byte {error.start} is not UTF-8", "save the file as UTF-8"))
        return None
    except rtoml.TomlParsingError as error:
        problems.append(Problem(file, "", f"not TOML: {error}", "correct the line"))
        return None
    try:
        return schema.validate_python(data)
    except ValidationError as error:
        problems.extend(_schema_problems(file, error))
        return None


def _schema_problems(file: str, error: ValidationError) -> list[Problem]:
    return [
        Problem(
            file,
            _field_name(detail["loc"]),
            f"{detail['msg'][0].lower()}{detail['msg'][1:]}{_shown(detail['input'])}",
            _FIXES.get(detail["type"], "see graph/README.md"),
        )
        for detail in error.errors(include_url=False, include_context=False)
    ]


def _field_name(location: tuple[int | str, ...]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".")


def _shown(value: Any) -> str:
    """Return the refused value, where it is short enough to help."""
    if isinstance(value, BaseModel | dict | list):
        return ""
    text = repr(value)
    return f" (found {text if len(text) <= 60 else text[:57] + '...'})"
