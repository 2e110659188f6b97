"""The handbook: one article per concept, ``<area>/<concept id>.md``, written for this map.

Public functions
----------------
``load_articles(handbook_dir: Path) -> tuple[Article, ...]``
    Every article; raises :class:`~rlmap.errors.InputError` for the first that cannot be read.
``check_articles(handbook_dir: Path, concept_areas, source_ids) -> list[Problem]``
    Everything that is wrong or missing; never raises for what is in a file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from rlmap.corpus.handbook_article import Article, parse_article
from rlmap.corpus.handbook_rules import article_problems
from rlmap.errors import InputError
from rlmap.types import Problem


def load_articles(handbook_dir: Path) -> tuple[Article, ...]:
    """Return the articles below ``handbook_dir``, by area and name.

    Raises
    ------
    InputError
        If the folder is missing, or a file cannot be read or has no good front matter.
    """
    if not handbook_dir.is_dir():
        raise InputError(f"There is no handbook at {handbook_dir}: point to the folder that holds its areas.")
    return tuple(_read(path, handbook_dir) for path in _files(handbook_dir))


def check_articles(
    handbook_dir: Path, concept_areas: Mapping[str, str], source_ids: Collection[str] | None = None
) -> list[Problem]:
    """Check the whole handbook.

    Parameters
    ----------
    handbook_dir : Path
        The folder with one folder per area.
    concept_areas : mapping
        The area of every concept of the map, by concept id.
    source_ids : collection of str or None
        The sources of the manifest; ``None`` skips the check of names against it.

    Returns
    -------
    list of Problem
        By file; an article that breaks a rule is an error, one that is missing a warning.
    """
    problems: list[Problem] = []
    for path in _files(handbook_dir):
        try:
            article = _read(path, handbook_dir)
        except InputError as error:
            problems.append(Problem(_name(path, handbook_dir), "front matter", str(error)))
        else:
            problems.extend(article_problems(article, concept_areas, source_ids))
    for concept_id, area in concept_areas.items():
        path = handbook_dir / area / f"{concept_id}.md"
        if not path.is_file():
            fix = "write the article of this concept"
            problems.append(Problem(_name(path, handbook_dir), "file", "is missing", fix, "warning"))
    return sorted(problems, key=lambda problem: (problem.file, problem.field, problem.message))


def _files(handbook_dir: Path) -> list[Path]:
    return sorted(handbook_dir.glob("*/*.md"))


def _name(path: Path, handbook_dir: Path) -> str:
    return (Path("corpus") / "handbook" / path.relative_to(handbook_dir)).as_posix()


def _read(path: Path, handbook_dir: Path) -> Article:
    name = _name(path, handbook_dir)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{name} cannot be read ({error}): make it a readable file in UTF-8.") from None
    return parse_article(text, file=name, area=path.parent.name, name=path.stem)
