"""From quotes that may be shown to those that are: what answers stands first, what only mentions goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from rlmap.search.choose import Chosen
from rlmap.types import Hit, SourceKind

T = TypeVar("T")

#: What the passage counts beside the sentences chosen from it.
_PASSAGE = 0.8

#: The same among quotes of the handbook: paragraphs of an article are about as relevant, so that the
#: sentences count for more.
_PASSAGE_OF_ARTICLE = 0.5

#: What a quote of documentation loses that explains nothing: a parameter is described near in words to
#: any question about it. Other works lose nothing on the judged passages by saying it briefly.
_DOCS_MENTION = 0.1

#: A quote whose sentences answer less well than this only mentions the subject.
_ANSWERS = 0.25

#: A quote worth less than the first number, or less than the second as a share of the best, is left
#: out. Documentation, which mentions everything, has to answer better than works that are written
#: to explain. Chosen on the development half of the judged questions, where two of three quotes
#: just above these are relevant, for five works where five have something to say.
_WORTH, _OF_THE_BEST = 0.44, 0.55
_DOCS_WORTH, _DOCS_OF_THE_BEST = 0.5, 0.65

#: A second quote of a work is worth at least this share of its first.
_SECOND = 0.75
#: Two quotes of a work that share more of their words than this say the same: packages repeat themselves.
_REPEATS = 0.6

#: The handbook stands first only if it is better than every outside work by this much.
_HANDBOOK_MARGIN = 0.08


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote that may be shown: its passage and the sentences chosen.

    ``text`` is the quote as it reads. ``is_written_for_it`` marks a quote from an article
    of the handbook about what is asked, from its section for such questions; ``is_in_its_article`` one
    from the article about what is asked above all. ``position`` is where it stands in an article whose
    order matters: it opens with what the thing is.
    """

    hit: Hit
    chosen: Chosen
    kind: SourceKind
    text: str
    is_written_for_it: bool = False
    is_in_its_article: bool = False
    position: int = 0

    @property
    def is_handbook(self) -> bool:
        """Whether it is from the handbook that was written for the map."""
        return self.kind == "handbook"

    @property
    def worth(self) -> float:
        """How good the quote is, in [0, 1]: of the passage's relevance and of how its sentences answer."""
        return self._weighed(_PASSAGE)

    @property
    def worth_in_article(self) -> float:
        """How good a quote of the handbook is among others of it, in [0, 1]."""
        return self._weighed(_PASSAGE_OF_ARTICLE)

    def _weighed(self, share: float) -> float:
        mention = _DOCS_MENTION * (1 - self.chosen.explanation) if self.kind == "docs" else 0.0
        return round(share * self.hit.score + (1 - share) * self.chosen.score - mention, 5)


def arrange(offers: Sequence[Sequence[Offer]], *, works: int = 5, per_work: int = 2) -> list[list[Offer]]:
    """Choose the quotes to show.

    Parameters
    ----------
    offers : sequence of sequence of Offer
        For each work its offers, in any order.
    works, per_work : int
        At most so many works, and quotes of each.

    Returns
    -------
    list of list of Offer
        One list for each work, best work first, best quote first. Fewer works rather than works
        that only mention what was asked; empty only if no offer answers at all. The handbook is
        quoted once.
    """
    within = (sorted(group, key=_best_of_work_first) for group in offers if group)
    ranked = sorted(within, key=lambda group: _best_first(group[0]))
    if not ranked:
        return []
    best = ranked[0][0].worth
    kept = [_answering(group, best) for group in ranked]
    shown = [group for group in kept if group] or ([ranked[0][:1]] if ranked[0][0].chosen.score > 0 else [])
    shown = _handbook_second(shown)[:works]
    return [_quotes(group, 1 if group[0].is_handbook else per_work) for group in shown]


def _answering(group: Sequence[Offer], best: float) -> list[Offer]:
    """Return the quotes of a work that answer; documentation that has shown with one that it does may go on."""
    kept: list[Offer] = []
    for offer in group:
        if _answers(offer, best, is_documentation=offer.kind == "docs" and not kept):
            kept.append(offer)
    return kept


def _answers(offer: Offer, best: float, *, is_documentation: bool) -> bool:
    worth, share = (_DOCS_WORTH, _DOCS_OF_THE_BEST) if is_documentation else (_WORTH, _OF_THE_BEST)
    return offer.chosen.score >= _ANSWERS and offer.worth >= max(worth, share * best)


def _best_first(offer: Offer) -> tuple[float, int, str]:
    return -offer.worth, offer.hit.rank, offer.hit.passage_id


def _best_of_work_first(offer: Offer) -> tuple[bool, bool, int, float, float, int, str]:
    """Order the quotes of one work, those of the handbook by section and article before anything else."""
    article = -offer.worth_in_article if offer.is_handbook else 0.0
    return not offer.is_written_for_it, not offer.is_in_its_article, offer.position, article, *_best_first(offer)


def _quotes(group: Sequence[Offer], most: int) -> list[Offer]:
    shown: list[Offer] = []
    for offer in group:
        is_good = len(shown) < most and offer.worth >= _SECOND * group[0].worth
        if is_good and not any(_shared(_words(offer.text), _words(other.text)) > _REPEATS for other in shown):
            shown.append(offer)
    return shown


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _handbook_second(groups: list[list[Offer]]) -> list[list[Offer]]:
    if len(groups) < 2 or not groups[0][0].is_handbook:
        return groups
    first, second = groups[0], groups[1]
    if first[0].worth > second[0].worth + _HANDBOOK_MARGIN:
        return groups
    return [second, first, *groups[2:]]
