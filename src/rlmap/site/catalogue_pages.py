"""Pages that list what the map quotes and what it runs, and the reference of the code."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from rlmap.pipeline.book import Book
from rlmap.site.book_pages import DEMOS, SOURCES, chapter_place
from rlmap.site.places import link_between
from rlmap.types import DemoSpec, Source

_KINDS = {
    "textbook": "Textbooks",
    "course": "Courses",
    "blog": "Posts",
    "paper": "Papers",
    "docs": "Documentation in packages",
    "handbook": "Written for this map",
}
_PROFILES = {
    "handbook": "always here",
    "registry": "fetched at set-up, from the package index",
    "open": "`rlmap corpus fetch --profile open`",
    "personal": "`rlmap corpus fetch --profile personal`, for your own use",
}
_API_INTRO = """# {title}

{summary}
"""


def sources_page(sources: Iterable[Source], book: Book) -> str:
    """Return the page of all sources, by kind, each with the chapters that name it as a reading."""
    read_for = _read_for(book)
    by_kind: dict[str, list[Source]] = {}
    for source in sources:
        by_kind.setdefault(source.kind, []).append(source)
    lines = ["# Sources", "", "What the map may quote. No text of a source is kept in the repository.", ""]
    for kind, title in _KINDS.items():
        if kind not in by_kind:
            continue
        lines += [f"## {title}", ""]
        for source in sorted(by_kind[kind], key=lambda source: (source.title.casefold(), source.id)):
            lines += _source_lines(source, read_for.get(source.id, ()), book)
    return "\n".join(lines) + "\n"


def demos_page(specs: Mapping[str, DemoSpec], book: Book) -> str:
    """Return the page of all demos, in the order in which the book meets them."""
    order = {chapter.concept.demo_id: chapter.number for chapter in reversed(book.chapters) if chapter.concept.demo_id}
    ordered = sorted(specs.values(), key=lambda spec: (order.get(spec.id, len(book.chapters) + 1), spec.id))
    lines = [
        "# Demos",
        "",
        "Each is a controlled experiment: one question, one thing varied, several seeds. `rlmap demo run ID` runs it.",
    ]
    for spec in ordered:
        shows = _concept_links(spec.concept_ids, DEMOS, book)
        lines += ["", f"## {spec.title} {{ #{spec.id} }}", "", spec.question, ""]
        lines += [f"- **Varied.** {_plain(spec.varied)}", f"- **Fixed.** {_plain(spec.fixed)}"]
        lines += [f"- **Expected.** {_plain(effect.statement)}" for effect in spec.effects]
        lines += [f"- **Look at.** {_plain(spec.look_at)}"]
        lines += [f"- **Shows.** {shows}"] if shows else []
        lines += ["", f"```sh\nrlmap demo run {spec.id}\n```"]
    return "\n".join(lines) + "\n"


def decisions_page(adr_dir: Path) -> str:
    """Return the list of decision records, by number."""
    lines = ["# Decisions", "", "Why things are as they are, for those who would have done it otherwise.", ""]
    lines += [f"- [{title}]({path.name})" for path, title in decisions(adr_dir)]
    return "\n".join(lines) + "\n"


def decisions(adr_dir: Path) -> list[tuple[Path, str]]:
    """Return the decision records with their titles, by number."""
    found = []
    for path in sorted(adr_dir.glob("[0-9]*.md")):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        found.append((path, first.lstrip("# ").strip()))
    return found


def api_pages(package_dir: Path) -> dict[str, str]:
    """Return the pages of the reference, one for each package below ``rlmap`` and one for its own modules."""
    own = sorted(info.name for info in pkgutil.iter_modules([str(package_dir)]) if not info.ispkg)
    packages = sorted(info.name for info in pkgutil.iter_modules([str(package_dir)]) if info.ispkg)
    pages = {"api/rlmap.md": _api_page("rlmap", own)}
    for package in packages:
        modules = _modules_below(package_dir / package)
        pages[f"api/{package}.md"] = _api_page(f"rlmap.{package}", modules)
    return pages


def _modules_below(folder: Path) -> list[str]:
    names = [path.relative_to(folder).with_suffix("").as_posix().replace("/", ".") for path in folder.rglob("*.py")]
    return sorted(name for name in names if not name.endswith(("__init__", "__main__")) and "native" not in name)


def _api_page(package: str, modules: Collection[str]) -> str:
    entries = "\n".join(f"::: {package}.{module}\n    options:\n      heading_level: 2\n" for module in modules)
    return f"# {package}\n\n{entries}"


def _read_for(book: Book) -> dict[str, tuple[str, ...]]:
    read_for: dict[str, tuple[str, ...]] = {}
    for chapter in book.chapters:
        for source_id in dict.fromkeys(reading.source_id for reading in chapter.concept.readings):
            read_for[source_id] = (*read_for.get(source_id, ()), chapter.concept.id)
    return read_for


def _source_lines(source: Source, concept_ids: Collection[str], book: Book) -> list[str]:
    authors = ", ".join(source.authors)
    facts = "; ".join(part for part in (authors, str(source.year or "")) if part)
    title = f"[{source.title}]({source.url})" if source.url else source.title
    lines = [f"### {source.title} {{ #{source.id} }}", "", f"{title}. {facts}. Licence: {source.licence}.", ""]
    if source.explains:
        lines += [f"- **Explains.** {_plain(source.explains)}"]
    if source.how_to_read:
        lines += [f"- **How to read it.** {_plain(source.how_to_read)}"]
    lines += [f"- **To have it.** {_PROFILES[source.profile]} (id `{source.id}`)"]
    if concept_ids:
        lines += [f"- **Read for.** {_concept_links(concept_ids, SOURCES, book)}"]
    return [*lines, ""]


def _concept_links(concept_ids: Iterable[str], here: str, book: Book) -> str:
    concepts = book.graph.concepts
    known = [concept_id for concept_id in concept_ids if concept_id in concepts]
    return ", ".join(f"[{concepts[name].title}]({link_between(here, chapter_place(name))})" for name in known)


def _plain(text: str) -> str:
    """Keep characters of a data file from being read as markup or as formulas."""
    return re.sub(r"([*_$<])", r"\\\1", text)
