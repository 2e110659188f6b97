"""How many texts are encoded in a second, and what share of ingesting documents that takes.

    python benchmarks/embed.py FOLDER [--documents 24] [--seed 0] [--model DIR]

Reads a sample of the documents of FOLDER as ingest does, cuts passages and sentences, and encodes all of
them, one text at a time on one thread, as set-up does on each core. All figures are in computing time
of one core, because that hardly depends on what else the machine does. DIR is the folder ``model`` of a
data folder.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from pathlib import Path

from extract import computing_s, documents_of, processor

from rlmap.corpus.extract.sandbox import extract_all
from rlmap.corpus.split import split_extraction
from rlmap.errors import ExtractError
from rlmap.pipeline.passages import sentence_displays
from rlmap.search.encode import load_encoder
from rlmap.settings import load_settings

RESULT = Path(__file__).parent / "results" / "embed.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", type=Path, default=load_settings().model_dir)
    arguments = parser.parse_args()
    everything = documents_of(arguments.folder)
    documents = random.Random(arguments.seed).sample(everything, min(arguments.documents, len(everything)))
    encoder = load_encoder(arguments.model, threads=1)
    encoder.encode(["The first text also pays for what is loaded late."])

    started = computing_s()
    passages: list[str] = []
    sentences: list[str] = []
    for document, extraction in extract_all(documents, workers=1):
        if isinstance(extraction, ExtractError):
            continue
        for passage in split_extraction(extraction, document):
            display, parts = sentence_displays(document, extraction, passage)
            passages.append(display.text)
            sentences += [part.text for _, part in parts]
    read_s = computing_s() - started
    texts = list(dict.fromkeys([*passages, *sentences]))
    started = time.process_time()
    encoder.encode(texts)
    encode_s = time.process_time() - started
    result = {
        "processor": processor(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        "documents": len(documents),
        "passages": len(passages),
        "sentences": len(sentences),
        "texts_encoded": len(texts),
        "read_and_cut_computing_s": round(read_s, 2),
        "encode_computing_s": round(encode_s, 2),
        "texts_per_computing_s": round(len(texts) / encode_s, 1),
        "share_of_encoding_percent": round(100 * encode_s / (read_s + encode_s), 1),
    }
    for key, value in result.items():
        print(f"{key:32}{value}")
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
