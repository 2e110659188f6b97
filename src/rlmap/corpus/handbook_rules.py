"""What a well-written article obeys: rules on one parsed article, each a pure function."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from rlmap.corpus.handbook_article import Article
from rlmap.corpus.handbook_prose import count_words, reading_ease, unnamed_symbols
from rlmap.types import Problem

DISAGREEMENT = "What people disagree about"
FORMULAS = "Stated properly"
READINGS = "Where to read it"

#: All headings in their order; only the disagreement may be left out.
HEADINGS: tuple[str, ...] = ("The idea", "Why it exists", FORMULAS, "In practice", DISAGREEMENT, READINGS)

#: Words of an article, a formula counted as one.
WORDS = range(300, 721)

#: Reading ease of an article without its readings; ``docs/style.md`` says what was measured.
EASE_BAND = (42.0, 80.0)

#: Places of a second reading that an article needs.
CHECKS = 2

FILLERS: tuple[str, ...] = (
    "important to note",
    "worth noting",
    "needless to say",
    "in essence",
    "at its core",
    "delve",
    "crucial",
    "simply put",
    "powerful",
    "basically",
    "leverage",
    "game-changer",
    "state-of-the-art",
)

_PRONOUN = re.compile(r"(?:This|That|These|Those|It|They|Such|He|She|Here|As above)\b")
_FILLER = re.compile(r"\b(?:" + "|".join(FILLERS) + r")\b", re.IGNORECASE)
_SOURCE_ID = re.compile(r"\(`([a-z0-9][a-z0-9._-]*)`[,;)]")


def article_problems(
    article: Article, concept_areas: Mapping[str, str], source_ids: Collection[str] | None
) -> Iterator[Problem]:
    """Yield what is wrong with one article.

    Parameters
    ----------
    article : Article
        The article.
    concept_areas : mapping
        The area of every concept of the map, by concept id.
    source_ids : collection of str or None
        The sources of the manifest; ``None`` skips the check of names against it.
    """
    yield from _identity_problems(article, concept_areas)
    yield from _shape_problems(article)
    yield from _prose_problems(article)
    yield from _checked_problems(article, source_ids)
    if source_ids is not None:
        yield from _dangling_problems(article, source_ids)


def _identity_problems(article: Article, concept_areas: Mapping[str, str]) -> Iterator[Problem]:
    area = concept_areas.get(article.concept_id)
    if area is None:
        message = f"{article.concept_id!r} is not a concept of the map"
        yield Problem(article.file, "concept", message, "name a concept of graph/concepts")
    elif (article.area, article.name) != (area, article.concept_id):
        fix = f"move the article to {area}/{article.concept_id}.md"
        yield Problem(article.file, "concept", f"{article.concept_id!r} belongs to another file", fix)
    if article.heading != article.title:
        message = f"the heading {article.heading!r} is not the title {article.title!r}"
        yield Problem(article.file, "title", message, "write both alike")


def _shape_problems(article: Article) -> Iterator[Problem]:
    headings = tuple(section.heading for section in article.sections)
    wanted = tuple(heading for heading in HEADINGS if heading != DISAGREEMENT or heading in headings)
    if headings != wanted:
        yield Problem(article.file, "headings", f"are {list(headings)}", f"write {list(wanted)}, in this order")
    for section in article.sections:
        if not section.paragraphs:
            yield Problem(article.file, section.heading, "is empty", "write it")
    words = sum(count_words(paragraph) for paragraph in article.paragraphs)
    if words not in WORDS:
        yield Problem(article.file, "length", f"{words} words", f"say it in {WORDS.start} to {WORDS.stop - 1}")


def _prose_problems(article: Article) -> Iterator[Problem]:
    for section in article.sections:
        for paragraph in section.paragraphs:
            pronoun = _PRONOUN.match(paragraph)
            if pronoun:
                message = f"a paragraph begins with {pronoun.group()!r} ({paragraph[:40]!r} ...)"
                yield Problem(article.file, section.heading, message, "name the subject; the paragraph may stand alone")
        for filler in _FILLER.findall(section.text):
            yield Problem(article.file, section.heading, f"the filler {filler!r}", "leave it out")
        if section.heading == FORMULAS:
            for symbol in unnamed_symbols(section.text):
                message = f"no words seem to name the symbol {symbol!r}"
                yield Problem(article.file, section.heading, message, "name it beside the formula", "warning")
    ease = reading_ease("\n\n".join(section.text for section in article.sections if section.heading != READINGS))
    if not EASE_BAND[0] <= ease <= EASE_BAND[1]:
        message = f"the reading ease is {ease:.0f}, outside {EASE_BAND[0]:.0f} to {EASE_BAND[1]:.0f}"
        fix = "shorten the words and the sentences" if ease < EASE_BAND[0] else "join the sentences that are torn apart"
        yield Problem(article.file, "reading ease", message, fix)


def _checked_problems(article: Article, source_ids: Collection[str] | None) -> Iterator[Problem]:
    sources = {check.source_id for check in article.checked}
    if len(sources) < CHECKS:
        message = f"checked against {len(sources)} sources, not {CHECKS}"
        yield Problem(article.file, "checked", message, "let a second reader compare it and record where", "warning")
    for source in sorted(sources - set(source_ids if source_ids is not None else sources)):
        fix = "name a source of corpus/sources.toml"
        yield Problem(article.file, "checked", f"{source!r} is not a source of the manifest", fix)


def _dangling_problems(article: Article, source_ids: Collection[str]) -> Iterator[Problem]:
    for section in article.sections:
        for name in sorted(set(_SOURCE_ID.findall(section.text)) - set(source_ids)):
            message = f"`{name}` is not a source of the manifest"
            yield Problem(article.file, section.heading, message, "name a source of corpus/sources.toml")
