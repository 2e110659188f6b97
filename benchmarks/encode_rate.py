"""How many texts a processor encodes: passages and sentences of the corpus of ``RLMAP_HOME``.

    python benchmarks/encode_rate.py [--texts 400]

One thread, in processor time, so that a busy machine does not count. Texts are drawn at random
with a fixed seed. Also printed is what a corpus consists of: sentences and bytes of a passage.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path

import numpy as np

from rlmap.pipeline.passages import sentence_displays
from rlmap.pipeline.workspace import open_workspace
from rlmap.search.encode import load_encoder
from rlmap.settings import load_settings

RESULT = Path(__file__).parent / "results" / "encode_rate.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=400)
    count = parser.parse_args().texts
    settings = load_settings()
    workspace = open_workspace(settings)
    info = workspace.index.info
    encoder = load_encoder(settings.model_dir, threads=1)
    stored = list(workspace.store.iter_passages())
    drawn = [stored[place] for place in np.random.default_rng(0).choice(len(stored), count, replace=False)]
    texts, sentences = [], []
    for item in drawn:
        display, parts = sentence_displays(item.document, workspace.store.extraction(item.document.id), item.passage)
        texts.append(" › ".join([item.document.title, *item.passage.section_path]) + "\n" + display.text)
        sentences += [part.text for _, part in parts]
    report: dict[str, object] = {
        "what": f"{count} passages of {info.passages:,}, and as many of their sentences, one thread",
        "machine": f"{os.cpu_count()} x {platform.machine()}, {platform.system()}",
    }
    encoder.encode(texts[:20])
    for name, some in (("passages", texts), ("sentences", sentences[:count])):
        began = time.process_time()
        encoder.encode(some)
        report[f"{name}_per_core_s"] = round(len(some) / (time.process_time() - began), 1)
    report["sentences_per_passage"] = round(info.sentences / info.passages, 2)
    report["corpus_bytes_per_passage"] = settings.corpus_db.stat().st_size // info.passages
    report["load_average"] = round(os.getloadavg()[0], 1)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
