"""Where a text names a concept: by its title or an alias, as people write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from rlmap.spelling import fold_name
from rlmap.types import Concept, ConceptGraph

Span = tuple[int, int]

_ACRONYM = 6  # characters: what is longer and in capitals is a shout


def names_of(concept: Concept) -> tuple[str, ...]:
    """Return title and aliases; an abbreviation in brackets behind a title is not part of it."""
    return (re.sub(r"\s*\([^)]*\)$", "", concept.title), *concept.aliases)


def longer_names(graph: ConceptGraph, concept: Concept) -> tuple[str, ...]:
    """Return names of other concepts that hold a name of this one, as "policy gradient" holds "policy"."""
    own = {fold_name(name) for name in names_of(concept)}
    longer = set()
    for other in graph.concepts.values():
        if other.id != concept.id:
            for name in names_of(other):
                folded = f" {fold_name(name)} "
                if any(f" {mine} " in folded for mine in own) and folded.strip() not in own:
                    longer.add(name)
    return tuple(sorted(longer))


@lru_cache(maxsize=1024)
def names_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that finds names in running text.

    Acronyms keep their case; in other names case does not count, a hyphen may be a space, and
    the last word may be a plural. A name of one letter is too common in formulas to count.
    """
    parts = []
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        words = [re.escape(word) for word in re.split(r"[\s\-–_]+", name) if word]
        if not words or len(name) < 2:
            continue
        body = r"[\s\-–]+".join(words)
        acronym = len(name) <= _ACRONYM and name.upper() == name
        parts.append(f"{body}s?" if acronym else f"(?i:{body}(?:s|es)?)")
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w])") if parts else re.compile(r"(?!)")


def mentions(concept: Concept, text: str, others: Sequence[str] = ()) -> list[Span]:
    """Return where a text names a concept, as half-open ranges of characters in order.

    Parameters
    ----------
    concept : Concept
        Its title and aliases are looked for.
    text : str
        Any text.
    others : sequence of str
        Names of which a name of the concept is a part, see :func:`longer_names`: inside them
        the concept is not named.
    """
    found = [match.span() for match in names_pattern(names_of(concept)).finditer(text)]
    if not found:
        return []
    taken = [match.span() for match in names_pattern(tuple(others)).finditer(text)]
    return [
        (start, end)
        for start, end in found
        if not any(left <= start and end <= right and (left, right) != (start, end) for left, right in taken)
    ]


def mentioned_concepts(graph: ConceptGraph, texts: Iterable[str]) -> Counter[str]:
    """Return, for each concept, in how many of the texts one of its names occurs.

    Where one name holds another, as "policy gradient" holds "policy", only the longer one counts.

    Parameters
    ----------
    graph : ConceptGraph
        The map, with titles and aliases.
    texts : iterable of str
        The passages of a document, say.
    """
    owners = {fold_name(name): concept.id for concept in graph.concepts.values() for name in names_of(concept)}
    pattern = names_pattern(tuple(name for concept in graph.concepts.values() for name in names_of(concept)))
    counts: Counter[str] = Counter()
    for text in texts:
        found = {_owner(owners, match.group()) for match in pattern.finditer(text)}
        counts.update(concept_id for concept_id in found if concept_id is not None)
    return counts


def _owner(owners: Mapping[str, str], words: str) -> str | None:
    """Return the concept that is meant; the pattern also finds plurals."""
    folded = fold_name(words)
    candidates = (folded, folded.removesuffix("s"), folded.removesuffix("es"))
    return next((owners[candidate] for candidate in candidates if candidate in owners), None)
