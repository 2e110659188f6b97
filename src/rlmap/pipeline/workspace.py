"""What a flow works with: the map, the corpus, the index and the encoder, opened once and shared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rlmap.corpus.manifest import load_manifest
from rlmap.corpus.own import load_own
from rlmap.corpus.readings import KeptReadings
from rlmap.corpus.store import CorpusStore
from rlmap.errors import IndexMissingError
from rlmap.graph.load import load_graph
from rlmap.search.builds import current_build
from rlmap.search.encode import Encoder, load_encoder
from rlmap.search.index import SearchIndex, open_index
from rlmap.search.rerank import CrossEncoderReranker, Reranker
from rlmap.search.vocabulary import Vocabulary, make_vocabulary
from rlmap.settings import Settings
from rlmap.types import ConceptGraph, Source


@dataclass(frozen=True)
class Workspace:
    """Everything that answers questions. Parts are opened when first needed and then kept.

    May be shared by threads: every part is read only once it is open.
    """

    settings: Settings

    @cached_property
    def graph(self) -> ConceptGraph:
        """The checked map."""
        return load_graph(self.settings.graph_dir)

    @cached_property
    def store(self) -> CorpusStore:
        """Sources, documents, canonical texts and passages.

        Raises
        ------
        IndexMissingError
            If nothing was read yet.
        """
        if not self.settings.corpus_db.exists():
            raise IndexMissingError(f"There is no corpus in {self.settings.home}: run `rlmap setup`, which fetches it.")
        return CorpusStore(self.settings.corpus_db)

    @cached_property
    def readings(self) -> KeptReadings:
        """What the original files say, for checking quotes."""
        return KeptReadings(self.store)

    @cached_property
    def index(self) -> SearchIndex:
        """The index that serves; raises IndexMissingError if there is none."""
        return open_index(self.settings.index_dir)

    @cached_property
    def encoder(self) -> Encoder:
        """The sentence encoder for questions."""
        return load_encoder(self.settings.model_dir)

    @cached_property
    def reranker(self) -> Reranker | None:
        """The cross-encoder that settings name; raises InputError if its folder holds none."""
        folder = self.settings.reranker_dir
        return None if folder is None else CrossEncoderReranker(folder)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Names of concepts and words of the corpus, for expansion and spelling."""
        names = {concept.id: (concept.title, *concept.aliases) for concept in self.graph.concepts.values()}
        summaries = {concept.id: concept.summary for concept in self.graph.concepts.values()}
        return make_vocabulary(names, self.index.words(), summaries)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every source of the manifest and the user's own, by id."""
        return {source.id: source for source in all_sources(self.settings)}


def open_workspace(settings: Settings) -> Workspace:
    """Return a workspace; nothing is read until it is needed."""
    return Workspace(settings)


def all_sources(settings: Settings) -> tuple[Source, ...]:
    """Return the sources of the manifest, then the user's own."""
    return (*load_manifest(settings.corpus_dir).sources, *load_own(settings.own_file))


def is_fetched(settings: Settings, source: Source) -> bool:
    """Say whether a source of the manifest is on this machine."""
    return source.profile == "handbook" or (settings.files_dir / source.id).is_dir()


def index_stamp(settings: Settings) -> str:
    """Return a text that changes when another index serves; empty when there is none."""
    return current_build(settings.index_dir) or ""
