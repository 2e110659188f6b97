"""Quality of answers on the judged questions, beside what search is made of.

    python benchmarks/quality.py [--split test]

Uses the corpus and index of ``RLMAP_HOME``. Judgments about documents that are not in it are
left out, so numbers belong to the corpus that is printed with them.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from rlmap.pipeline.workspace import open_workspace
from rlmap.search.evaluate import compare_ndcg, judged, measure_abstention, measure_ranking, rankers
from rlmap.search.judged import grades_of_passages, load_judgments, load_questions
from rlmap.settings import load_settings

RESULT = Path(__file__).parent / "results" / "quality.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=["dev", "test"], default="test")
    split = parser.parse_args().split
    settings = load_settings()
    workspace = open_workspace(settings)
    index, encoder, vocabulary = workspace.index, workspace.encoder, workspace.vocabulary
    queries_dir = settings.corpus_dir / "queries"
    questions = [question for question in load_questions(queries_dir) if question.split == split]
    places = {stored.passage.id: stored.passage.locator for stored in workspace.store.iter_passages()}
    passages = index.store.passages(np.arange(index.info.passages))
    indexed = dict(zip(passages.ids, passages.work_ids, strict=True))
    judgments = load_judgments(queries_dir)
    grades = grades_of_passages(judgments, {passage_id: places[passage_id] for passage_id in indexed})
    systems = rankers(index, encoder, vocabulary)
    measured = {name: measure_ranking(system, questions, grades, indexed) for name, system in systems.items()}
    abstention = measure_abstention(index, encoder, vocabulary, questions, grades)
    gains = {name: compare_ndcg(systems["ours"], systems[name], questions, grades) for name in ("bm25", "dense", "rrf")}
    report = {
        "what": f"{split} split: {len(judged(questions, grades))} questions with a relevant passage, "
        f"{sum(not question.has_answer for question in questions)} that must get nothing",
        "corpus": {"passages": index.info.passages, "works": index.info.works, "sentences": index.info.sentences},
        "judgments_used": sum(len(grades.get(question.id, {})) for question in questions),
        "systems": {name: {key: asdict(value) for key, value in row.items()} for name, row in measured.items()},
        "gain_of_ours_in_ndcg_at_10": {name: asdict(gain) for name, gain in gains.items()},
        "abstention": asdict(abstention),
    }
    for name, row in measured.items():
        values = "  ".join(f"{key} {value.mean:.3f} [{value.low:.3f}, {value.high:.3f}]" for key, value in row.items())
        print(f"{name:22} {values}")
    for name, gain in gains.items():
        print(f"nDCG@10 over {name}: {gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]")
    print(
        f"nothing: precision {abstention.precision:.3f}, recall {abstention.recall:.3f}; five works shown in "
        f"{abstention.enough_works:.1%} of {abstention.with_enough} questions that have them; {abstention.states}"
    )
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"written to {RESULT}")


if __name__ == "__main__":
    main()
