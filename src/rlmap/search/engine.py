"""The whole of search in one place: question in, chosen passages and sentences out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rlmap.search.abstain import SHOWN, answer_state, relevance
from rlmap.search.choose import choose_sentences
from rlmap.search.encode import Encoder, load_encoder
from rlmap.search.expand import expand
from rlmap.search.fuse import Candidates, Years, find_candidates, hits_of
from rlmap.search.group import Choice, select
from rlmap.search.index import KINDS, SearchIndex, open_index
from rlmap.search.vocabulary import Vocabulary, concepts_of, make_vocabulary, nearest_concepts
from rlmap.types import AnswerState, Hit, SearchTerm, SourceKind

_HANDBOOK = KINDS.index("handbook")


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found.

    ``works`` holds for each work its hits, best work first, best hit first; ranks count through
    all of them in that order. ``concepts`` are ids; for *nothing*, those nearest to the question.
    """

    terms: tuple[SearchTerm, ...]
    state: AnswerState
    works: tuple[tuple[Hit, ...], ...]
    concepts: tuple[str, ...]


class SearchEngine:
    """An open index, its encoder and the map's names; safe to share between threads.

    Parameters
    ----------
    index : SearchIndex
        What is searched.
    encoder : Encoder
        The one that the index was built with.
    vocabulary : Vocabulary
        Names for expansion and spelling.
    """

    def __init__(self, index: SearchIndex, encoder: Encoder, vocabulary: Vocabulary) -> None:
        self.index = index
        self.encoder = encoder
        self.vocabulary = vocabulary

    def search(
        self,
        question: str,
        *,
        terms: Sequence[SearchTerm] | None = None,
        works: int = 5,
        per_work: int = 2,
        kinds: Iterable[SourceKind] | None = None,
        years: Years | None = None,
        plainness: float = 0.0,
    ) -> Findings:
        """Search for what answers a question.

        Parameters
        ----------
        question : str
            As asked.
        terms : sequence of SearchTerm, optional
            What to search for instead of :func:`~rlmap.search.expand.expand` of the question.
        works, per_work : int
            At most so many works, and passages of each.
        kinds, years, plainness
            See :func:`rlmap.search.fuse.retrieve`.

        Raises
        ------
        InputError
            If the question holds no word or an argument is out of range.
        """
        expanded = expand(question, self.vocabulary)
        searched = tuple(terms) if terms is not None else expanded
        found = find_candidates(self.index, self.encoder, searched, kinds=kinds, years=years, plainness=plainness)
        likely = relevance(found.closeness, found.coverage)
        groups = select(self._choices(found, np.flatnonzero(likely >= SHOWN)), works=works, per_work=per_work)
        state = answer_state([(likely[group[0].place], not group[0].is_handbook) for group in groups])
        hits = iter(hits_of(self.index, found, [choice.place for group in groups for choice in group]))
        wording = next((term.text for term in expanded if term.origin == "spelling"), question)
        concepts = [concept_id for concept_id, _ in concepts_of(wording, self.vocabulary)]
        if state == "nothing" and not concepts:
            concepts = nearest_concepts(wording, self.vocabulary)
        return Findings(
            terms=searched,
            state=state,
            works=tuple(tuple(next(hits) for _ in group) for group in groups),
            concepts=tuple(concepts),
        )

    def choose(self, question: str, passage_id: str, sentences: Sequence[str]) -> tuple[int, int]:
        """Choose the sentences of a passage to quote, as a half-open range.

        Parameters
        ----------
        question : str
            As asked.
        passage_id : str
            Of a hit.
        sentences : sequence of str
            Its sentences, the same as were indexed; if they are not, they are encoded now.
        """
        row = self.index.row(passage_id)
        start, end = self.index.sentence_starts[row : row + 2]
        vectors = self.index.sentence_vectors[start:end]
        if len(vectors) != len(sentences):
            vectors = self.encoder.encode(sentences).astype(np.float16)
        return choose_sentences(question, self.encoder.encode([question])[0], sentences, vectors)

    def _choices(self, found: Candidates, places: npt.NDArray[np.int64]) -> list[Choice]:
        vectors = self.index.dense.vectors(found.rows[places])
        return [
            Choice(
                place=int(place),
                work_id=self.index.work_id(int(found.rows[place])),
                score=float(found.scores[place]),
                is_handbook=bool(self.index.kind_codes[found.rows[place]] == _HANDBOOK),
                vector=vector,
            )
            for place, vector in zip(places, vectors, strict=True)
        ]


def open_engine(index_dir: Path, model_dir: Path, names: Mapping[str, Sequence[str]]) -> SearchEngine:
    """Open everything that questions need.

    Parameters
    ----------
    index_dir, model_dir : Path
        What ``rlmap setup`` has made.
    names : mapping of str to sequence of str
        For each concept id its title, then its aliases.

    Raises
    ------
    IndexMissingError
        If there is no index.
    ModelError
        If there is no encoder.
    """
    index = open_index(index_dir)
    return SearchEngine(index, load_encoder(model_dir), make_vocabulary(names, index.words))
