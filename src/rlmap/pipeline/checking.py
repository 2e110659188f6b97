"""Check every data file: the map, the manifest, the handbook, the demos, and the names they use of each other."""

from __future__ import annotations

from rlmap.corpus.handbook import check_articles
from rlmap.corpus.manifest import check_manifest, load_manifest
from rlmap.demos.spec import check_specs
from rlmap.errors import ManifestError
from rlmap.graph.check import check_graph
from rlmap.graph.load import read_graph
from rlmap.graph.notation import check_notation
from rlmap.settings import Settings
from rlmap.types import Problem


def check_all(settings: Settings) -> list[Problem]:
    """Return every problem of the data files, errors first, then by file and field.

    Names across files are only checked where the file that defines them can be read.
    """
    problems = check_manifest(settings.corpus_dir)
    try:
        source_ids = set(load_manifest(settings.corpus_dir).by_id)
    except ManifestError:
        source_ids = None  # its own problems are listed already
    demo_ids = {path.parent.name for path in settings.demos_dir.glob("*/demo.toml")}
    problems += check_graph(settings.graph_dir, source_ids=source_ids, demo_ids=demo_ids)
    raw, _ = read_graph(settings.graph_dir)
    concept_areas = {entry.concept.id: entry.concept.area for entry in raw.entries}
    problems += check_notation(settings.graph_dir, concept_ids=set(concept_areas), source_ids=source_ids)
    problems += check_articles(settings.corpus_dir / "handbook", concept_areas, source_ids)
    problems += check_specs(settings.demos_dir, set(concept_areas))
    return sorted(problems, key=lambda problem: (problem.severity != "error", problem.file, problem.field))
