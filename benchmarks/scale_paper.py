"""What 100,000 and 10 million papers cost, worked out from measured rates.

    python benchmarks/scale_paper.py [--write]

Reads ``benchmarks/results/{extract,encode_rate,scale}.json`` and the assumptions below, prints the table of
``docs/scale.md``, and with ``--write`` puts it there. A test compares the document with this.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "scale.md"
BEGIN, END = "<!-- table: benchmarks/scale_paper.py --write -->", "<!-- end of table -->"

#: Assumed, not measured here.
MEGABYTES_PER_PAPER = 1.25
MEGABITS_PER_S = 1_000
CORES = 64
DOLLARS_PER_CORE_HOUR = 0.04
DOLLARS_PER_GB_MONTH = 0.02
DIMENSIONS = 384

HOUR_S = 3_600


@dataclass(frozen=True)
class Rates:
    """What the results say. ``*_s`` are seconds of one processor; the rest as named."""

    pages_per_paper: float
    passages_per_paper: float
    sentences_per_passage: float
    read_s_per_page: float
    passages_encoded_per_s: float
    sentences_encoded_per_s: float
    corpus_bytes_per_passage: float
    dense_largest: int
    dense_build_s: float
    dense_disk_mb: float
    dense_p50_ms: float
    dense_recall: float
    lexical_largest: int
    lexical_build_s: float
    lexical_disk_mb: float
    lexical_p50_ms: float


def measured_rates(results: Path = ROOT / "benchmarks" / "results") -> Rates:
    """Read the rates; those of growth are those of the largest size that was measured."""
    extract, embed, scale = (
        json.loads((results / f"{name}.json").read_text("utf-8")) for name in ("extract", "encode_rate", "scale")
    )
    dense, lexical = (max(scale[part], key=lambda row: row["passages"]) for part in ("dense", "lexical"))
    return Rates(
        pages_per_paper=extract["pages"] / extract["pdfs"],
        passages_per_paper=extract["passages"] / extract["documents"],
        sentences_per_passage=embed["sentences_per_passage"],
        read_s_per_page=extract["mupdf_ms_per_page"] / 1000,
        passages_encoded_per_s=embed["passages_per_core_s"],
        sentences_encoded_per_s=embed["sentences_per_core_s"],
        corpus_bytes_per_passage=embed["corpus_bytes_per_passage"],
        dense_largest=dense["passages"],
        dense_build_s=dense["build_s"],
        dense_disk_mb=dense["disk_mb"],
        dense_p50_ms=dense["cpu_p50_ms"],
        dense_recall=dense["recall_at_20"],
        lexical_largest=lexical["passages"],
        lexical_build_s=lexical["build_s_with_making_the_texts"],
        lexical_disk_mb=lexical["disk_mb"],
        lexical_p50_ms=lexical["cpu_p50_ms"],
    )


def costs(papers: int, rates: Rates) -> dict[str, str]:
    """Return what so many papers cost, each with its unit."""
    passages = papers * rates.passages_per_paper
    sentences = passages * rates.sentences_per_passage
    dense, lexical = passages / rates.dense_largest, passages / rates.lexical_largest
    fetch_h = papers * MEGABYTES_PER_PAPER * 8 / MEGABITS_PER_S / HOUR_S
    read_h = papers * rates.pages_per_paper * rates.read_s_per_page / HOUR_S
    embed_h = (passages / rates.passages_encoded_per_s + sentences / rates.sentences_encoded_per_s) / HOUR_S
    index_h = (dense * rates.dense_build_s + lexical * rates.lexical_build_s) / HOUR_S
    files_gb = papers * MEGABYTES_PER_PAPER / 1_000
    corpus_gb = passages * rates.corpus_bytes_per_passage / 1e9
    index_gb = (dense * rates.dense_disk_mb + lexical * rates.lexical_disk_mb) / 1_000
    sentences_gb = sentences * DIMENSIONS * 2 / 1e9
    hot_gb = (passages * DIMENSIONS + lexical * rates.lexical_disk_mb * 1e6) / 1e9
    dollars = (read_h + embed_h + index_h) * DOLLARS_PER_CORE_HOUR
    disk_gb = files_gb + corpus_gb + index_gb + sentences_gb
    return {
        "passages": _count(passages),
        "sentences": _count(sentences),
        f"fetch at {MEGABITS_PER_S:,} Mbit/s": _time(fetch_h),
        "read, one core": _time(read_h),
        "encode, one core": _time(embed_h),
        "index, one core": _time(index_h),
        f"read, encode and index, {CORES} cores": _time((read_h + embed_h) / CORES + index_h),
        f"at ${DOLLARS_PER_CORE_HOUR} a core-hour": f"${dollars:,.0f}",
        "disk: files": _size(files_gb),
        "disk: canonical texts": _size(corpus_gb),
        "disk: vectors of sentences": _size(sentences_gb),
        "disk: index of passages": _size(index_gb),
        f"disk for a month at ${DOLLARS_PER_GB_MONTH} a GB": f"${disk_gb * DOLLARS_PER_GB_MONTH:,.0f}",
        "memory of the build (all vectors at four bytes)": _size((passages + sentences) * DIMENSIONS * 4 / 1e9),
        "memory that questions touch (vectors at one byte, BM25)": _size(hot_gb),
        "dense search, p50, one core, the same share of cells": _milliseconds(dense * rates.dense_p50_ms),
        "BM25, p50, one core": _milliseconds(lexical * rates.lexical_p50_ms),
    }


def table(rates: Rates) -> str:
    """Return the table in Markdown."""
    columns = [costs(papers, rates) for papers in (100_000, 10_000_000)]
    rows = [f"| {name} | {columns[0][name]} | {columns[1][name]} |" for name in columns[0]]
    return "\n".join(["| | 100,000 papers | 10 million papers |", "|---|---|---|", *rows])


def inputs(rates: Rates) -> str:
    """Return what was measured, in Markdown."""
    values: list[tuple[str, Any, str]] = [
        ("pages of a PDF", f"{rates.pages_per_paper:.1f}", "extract"),
        ("passages of a document", f"{rates.passages_per_paper:.1f}", "extract"),
        ("sentences of a passage", f"{rates.sentences_per_passage:.2f}", "encode_rate"),
        ("reading a page", f"{1000 * rates.read_s_per_page:.1f} ms of one core", "extract"),
        (
            "encoding",
            f"{rates.passages_encoded_per_s:.0f} passages/s or {rates.sentences_encoded_per_s:.0f} sentences/s "
            "on one core",
            "encode_rate",
        ),
        ("canonical text and its places", f"{rates.corpus_bytes_per_passage:,.0f} bytes a passage", "encode_rate"),
        (
            f"dense index of {rates.dense_largest:,}",
            f"{rates.dense_build_s:,.0f} s, {rates.dense_disk_mb:,.0f} MB, "
            f"p50 {rates.dense_p50_ms:.2f} ms at recall {rates.dense_recall:.3f}",
            "scale",
        ),
        (
            f"BM25 of {rates.lexical_largest:,}",
            f"{rates.lexical_build_s:,.0f} s, {rates.lexical_disk_mb:,.0f} MB, p50 {rates.lexical_p50_ms:.2f} ms",
            "scale",
        ),
    ]
    rows = [f"| {name} | {value} | `{source}.json` |" for name, value, source in values]
    return "\n".join(["| measured | | file |", "|---|---|---|", *rows])


def generated(rates: Rates) -> str:
    """Return both tables as they stand in the document."""
    return f"{BEGIN}\n\n{inputs(rates)}\n\n{table(rates)}\n\n{END}"


def _count(value: float) -> str:
    return f"{value / 1e6:,.1f} million"


def _time(hours: float) -> str:
    if hours < 1:
        return f"{60 * hours:,.0f} min"
    return f"{hours:,.0f} h" if hours < 100 else f"{hours / 24:,.0f} days"


def _size(gigabytes: float) -> str:
    return f"{gigabytes:,.0f} GB" if gigabytes < 1_000 else f"{gigabytes / 1_000:,.1f} TB"


def _milliseconds(value: float) -> str:
    return f"{value:,.1f} ms" if value < 1_000 else f"{value / 1_000:,.1f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    text = generated(measured_rates())
    print(text)
    if parser.parse_args().write:
        document = DOCUMENT.read_text(encoding="utf-8")
        before, after = document[: document.index(BEGIN)], document[document.index(END) + len(END) :]
        DOCUMENT.write_text(f"{before}{text}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
