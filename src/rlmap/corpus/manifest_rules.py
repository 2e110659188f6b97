"""What a well-formed manifest must still obey: rules inside an entry and between entries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rlmap.types import LocalFile, PackageFile, PartOf, Problem, Source, WebFile

_COMMIT = re.compile(r"/[0-9a-f]{40}/")


@dataclass(frozen=True, slots=True)
class _Fault:
    field: str
    message: str
    fix: str
    doubtful: bool = False


def problems_of_entry(source: Source, file: str, label: str) -> list[Problem]:
    """Return what is wrong with one source by itself."""
    rule = {"handbook": _handbook_rules, "registry": _registry_rules, "open": _open_rules}.get(source.profile)
    faults = [*(rule(source) if rule else ()), *_common_rules(source)]
    return [
        Problem(file, f"{label}, {fault.field}", fault.message, fault.fix, "warning" if fault.doubtful else "error")
        for fault in faults
    ]


def _handbook_rules(source: Source) -> Iterator[_Fault]:
    if not isinstance(source.location, LocalFile):
        yield _Fault("local", "is missing.", "The handbook is a folder of the checkout.")


def _registry_rules(source: Source) -> Iterator[_Fault]:
    location = source.location
    if not isinstance(location, PackageFile):
        yield _Fault("package", "is missing.", "A source of the profile registry names a package file.")
    elif source.sha256 is None:
        yield _Fault("sha256", "is missing.", "Write the sha256 of the package file.")
    elif location.version not in location.filename:
        yield _Fault("package.file", f"does not hold the version {location.version}.", "Name the file of it.")


def _open_rules(source: Source) -> Iterator[_Fault]:
    location = source.location
    if not isinstance(location, WebFile | PackageFile):
        yield _Fault("web", "is missing.", "A source of the profile open has an address.")
    elif source.sha256 is None:
        yield _Fault("sha256", "is missing.", "Pin the address to a commit and write the sha256.")
    elif isinstance(location, WebFile) and not _COMMIT.search(location.url):
        yield _Fault("web.url", "names no commit.", "Pin it to a commit, so that the hash stays true.", True)


def _common_rules(source: Source) -> Iterator[_Fault]:
    if not source.url and source.profile not in {"handbook", "own"}:
        yield _Fault("url", "is missing.", "Write where a reader finds the source.")
    if isinstance(source.location, WebFile):
        if source.media_type == "application/octet-stream":
            yield _Fault("media_type", "is missing.", "Write the media type of the file at web.url.")
        if source.location.pinned and source.sha256 is None:
            yield _Fault("web.pinned", "is true without a sha256.", "Write pinned = false or the sha256.")
    if source.on_request and source.profile != "open":
        yield _Fault("on_request", f"means nothing in the profile {source.profile}.", "Remove it.")
    if not source.how_to_read:
        yield _Fault("how_to_read", "is empty.", "Say in a sentence how hard the source is and what to skip.", True)


def problems_across(sources: Iterable[Source], file: str) -> list[Problem]:
    """Return what is wrong between sources: the same id or file twice, parts of nothing."""
    sources = list(sources)
    problems = [Problem(file, f"source {source.id!r}, part.of", *words) for source, words in _part_rules(sources)]
    ids: dict[str, str] = {}
    hashes: dict[str, str] = {}
    for source in sources:
        # Folders are named by id, and some file systems do not tell capitals from small letters.
        key = source.id.casefold()
        if key in ids:
            message = f"is used twice (also by {ids[key]!r}; capitals do not count)."
            problems.append(Problem(file, f"source {source.id!r}, id", message, "Give each source its own id."))
        ids.setdefault(key, source.id)
        if source.sha256 is None:
            continue
        if source.sha256 in hashes:
            message = f"is that of {hashes[source.sha256]!r} too."
            problems.append(Problem(file, f"source {source.id!r}, sha256", message, "Enter each file once."))
        hashes.setdefault(source.sha256, source.id)
    return problems


def _part_rules(sources: Iterable[Source]) -> Iterator[tuple[Source, tuple[str, str]]]:
    by_id = {source.id: source for source in sources}
    for source in by_id.values():
        if isinstance(source.location, PartOf):
            whole = by_id.get(source.location.source_id)
            if whole is None or isinstance(whole.location, PartOf):
                yield source, ("names no source with a file of its own.", "Name the source whose file it is in.")
            elif (whole.media_type, whole.work_id) != (source.media_type, source.work_id):
                yield source, ("is of another work or media type.", "Give both the same work and media_type.")
