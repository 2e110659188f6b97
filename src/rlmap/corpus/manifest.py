"""The manifest of sources, ``corpus/sources.toml``: read, checked, turned into records.

Public functions
----------------
``load_manifest(corpus_dir: Path) -> Manifest``
    Raises :class:`~rlmap.errors.ManifestError` that lists every problem.
``check_manifest(corpus_dir: Path) -> list[Problem]``
    Every problem, warnings included; never raises for what is in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import rtoml
from pydantic import ValidationError

from rlmap.corpus.manifest_rules import problems_across, problems_of_entry
from rlmap.corpus.manifest_schema import SourceEntry, problems_from
from rlmap.errors import ManifestError, UnknownNameError
from rlmap.types import LocalFile, PackageFile, PartOf, Problem, Profile, Source, WebFile

MANIFEST_NAME = "sources.toml"
SCHEMA = 1


@dataclass(frozen=True)
class Manifest:
    """The sources in the order of the file, and the same by id."""

    sources: tuple[Source, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Source]:
        """Return the sources by id."""
        return {source.id: source for source in self.sources}

    def of_profiles(self, *profiles: Profile) -> tuple[Source, ...]:
        """Return the sources of ``profiles``, in the order of the manifest."""
        return tuple(source for source in self.sources if source.profile in profiles)

    def source(self, source_id: str) -> Source:
        """Return one source.

        Raises
        ------
        UnknownNameError
            If the manifest has none of that id.
        """
        try:
            return self.by_id[source_id]
        except KeyError:
            raise UnknownNameError("source", source_id, nearest_names(source_id, self.by_id)) from None


def nearest_names(name: str, known: Mapping[str, object], count: int = 3) -> list[str]:
    """Return the known names spelled most like ``name``, best first."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  (only needed when a name is wrong)

    found = process.extract(name, sorted(known), scorer=fuzz.WRatio, limit=count, score_cutoff=60)
    return [str(match[0]) for match in found]


def load_manifest(corpus_dir: Path) -> Manifest:
    """Read and check ``corpus_dir/sources.toml``.

    Raises
    ------
    ManifestError
        If anything is wrong; the message lists every problem with its field and its remedy.
    """
    manifest, problems = _read(corpus_dir)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        lines = [f"{p.file}: {p.field}: {p.message} {p.fix}".rstrip() for p in errors]
        raise ManifestError("The manifest of sources cannot be used:\n" + "\n".join(lines))
    return manifest


def check_manifest(corpus_dir: Path) -> list[Problem]:
    """Return everything that is wrong or doubtful in ``corpus_dir/sources.toml``."""
    return _read(corpus_dir)[1]


def _read(corpus_dir: Path) -> tuple[Manifest, list[Problem]]:
    file = corpus_dir / MANIFEST_NAME
    name = f"{corpus_dir.name}/{MANIFEST_NAME}"
    empty = Manifest(())
    try:
        raw = rtoml.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        return empty, [Problem(name, "file", f"cannot be read ({error.strerror}).", f"Put the manifest at {file}.")]
    except (rtoml.TomlParsingError, UnicodeDecodeError) as error:
        return empty, [Problem(name, "file", f"is not valid TOML: {error}.", "Correct the syntax there.")]
    if raw.get("schema") != SCHEMA:
        fix = f"Write schema = {SCHEMA} at the top, or update rlmap."
        return empty, [Problem(name, "schema", f"is {raw.get('schema')!r}, this version reads {SCHEMA}.", fix)]
    entries = raw.get("source", [])
    unknown = sorted(set(raw) - {"schema", "source"})
    problems = [Problem(name, key, "is not known here.", "Remove it, or spell it [[source]].") for key in unknown]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return empty, [*problems, Problem(name, "source", "is not a list of tables.", "Write each as [[source]].")]
    sources: list[Source] = []
    for position, entry in enumerate(entries):
        label = f"source {entry['id']!r}" if isinstance(entry.get("id"), str) else f"source number {position + 1}"
        try:
            checked = SourceEntry.model_validate(entry)
        except ValidationError as error:
            problems += problems_from(error, name, label)
            continue
        source = _source(checked)
        problems += problems_of_entry(source, name, label)
        sources.append(source)
    problems += problems_across(sources, name)
    return Manifest(tuple(sources)), problems


def _source(entry: SourceEntry) -> Source:
    """Turn a checked entry into the record that the rest of rlmap uses."""
    location: PackageFile | WebFile | LocalFile | PartOf | None = None
    if entry.package:
        package = entry.package
        location = PackageFile(
            package.name, package.version, package.file, tuple(package.include), tuple(package.exclude)
        )
    elif entry.web:
        location = WebFile(entry.web.url, entry.web.size_bytes, entry.web.pinned)
    elif entry.local:
        location = LocalFile(entry.local.path, tuple(entry.local.include))
    elif entry.part:
        location = PartOf(entry.part.of, entry.part.heading)
    return Source(
        id=entry.id,
        work_id=entry.work or entry.id,
        title=entry.title,
        authors=tuple(entry.authors),
        year=entry.year,
        kind=entry.kind,
        licence=entry.licence,
        url=entry.url or "",
        profile=entry.profile,
        sha256=entry.sha256,
        media_type=entry.media_type,
        location=location,
        how_to_read=entry.how_to_read,
        explains=entry.explains,
        on_request=entry.on_request,
        text_as=entry.text_as,
    )
