"""How long reading takes: both PDF engines by page, a whole folder, and a peer on the same PDFs.

    python benchmarks/extract.py FOLDER [--workers N] [--peer PYTHON]

*MuPDF* is reading a page with layout; *PDFium* is the second reading that quotes are checked
against; both in one process, in computing time,
mean over the pages of a PDF, median over PDFs. *Agreement* is the share of quotable sentences that
both engines read alike, for prose (formalism below 0.02) and for the rest. *Whole folder* reads every
document in child processes, as ingest does, and splits it. With ``--peer``, an interpreter that
has llama-index-core and llama-index-readers-file, that reader and its sentence splitter ingest
the same PDFs; it keeps neither boxes nor offsets, so the comparison is generous to it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import statistics
import subprocess
import time
from collections import Counter
from pathlib import Path

from rlmap.corpus.display import display_of
from rlmap.corpus.extract import media_type_of, sandbox
from rlmap.corpus.extract.formats.pdf import open_pdf, read_page
from rlmap.corpus.extract.sandbox import extract_all
from rlmap.corpus.second_engine import page_characters
from rlmap.corpus.sentences import sentences
from rlmap.corpus.split import formalism_of, split_extraction
from rlmap.corpus.verify import verify
from rlmap.errors import ExtractError
from rlmap.types import Document, Locator

RESULT = Path(__file__).parent / "results" / "extract.json"
PEER = """
import sys, time
from pathlib import Path
from llama_index.core.node_parser import SentenceSplitter
from llama_index.readers.file import PDFReader
reader, splitter = PDFReader(), SentenceSplitter(chunk_size=256, chunk_overlap=0)
started = time.process_time()
nodes = sum(len(splitter.get_nodes_from_documents(reader.load_data(Path(p)))) for p in sys.argv[1:])
print(time.process_time() - started, nodes)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--peer", type=Path)
    arguments = parser.parse_args()
    documents = documents_of(arguments.folder)
    pdfs = [document for document in documents if document.media_type == "application/pdf"]
    result: dict[str, object] = {"processor": processor(), "cores": os.cpu_count()}
    result["load_average"] = round(os.getloadavg()[0], 1)
    result |= by_page(pdfs)
    result |= whole(documents, arguments.workers)
    result |= agreement(pdfs)
    first = pdfs[:30]
    result["same_pdfs"] = len(first)
    result["same_pdfs_computing_s"] = whole(first, 1)["whole_folder_computing_s"]
    if arguments.peer is not None:
        result |= peer(first, arguments.peer)
    for key, value in result.items():
        print(f"{key:32}{value}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")


def documents_of(folder: Path) -> list[Document]:
    found = []
    for path in sorted(folder.rglob("*")):
        media_type = media_type_of(path)
        if path.is_file() and media_type is not None:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found.append(Document(path.name, path.stem, str(path), path.name, media_type, digest, path.stem))
    return found


def by_page(pdfs: list[Document]) -> dict[str, float]:
    """Milliseconds a page by each engine, the median over documents of their mean."""
    first, second, pages = [], [], 0
    for document in pdfs:
        pdf = open_pdf(Path(document.path).read_bytes(), document.member)
        count = pdf.page_count
        started = time.process_time()
        for index in range(count):
            read_page(pdf, index, with_boxes=False)
        between = time.process_time()
        for index in range(count):
            page_characters(document, index)
        first.append(1000 * (between - started) / count)
        second.append(1000 * (time.process_time() - between) / count)
        pages += count
    both = [a + b for a, b in zip(first, second, strict=True)]
    return {
        "pdfs": len(pdfs),
        "pages": pages,
        "mupdf_ms_per_page": round(statistics.median(first), 2),
        "pdfium_ms_per_page": round(statistics.median(second), 2),
        "both_ms_per_page": round(statistics.median(both), 2),
    }


def whole(documents: list[Document], workers: int) -> dict[str, float]:
    """Read and split everything in child processes."""
    started, before = time.perf_counter(), computing_s()
    passages = words = failed = 0
    for document, extraction in extract_all(documents, workers=workers):
        if isinstance(extraction, ExtractError):
            failed += 1
            continue
        words += len(extraction.text.split())
        passages += len(split_extraction(extraction, document))
    return {
        "documents": len(documents),
        "failed": failed,
        "words": words,
        "passages": passages,
        "workers": workers,
        "whole_folder_s": round(time.perf_counter() - started, 2),
        "whole_folder_computing_s": round(computing_s() - before, 2),
    }


def agreement(pdfs: list[Document]) -> dict[str, object]:
    """Share of the quotable sentences of PDFs that the second engine reads alike."""
    alike: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for document, extraction in extract_all(pdfs, workers=1):
        if isinstance(extraction, ExtractError):
            continue
        for passage in split_extraction(extraction, document):
            display = display_of(document, extraction, passage.locator)
            for start, end in sentences(display):
                kind = "prose" if formalism_of(display.between(start, end).text) < 0.02 else "maths"
                total[kind] += 1
                state = verify(document, extraction, Locator(document.id, start, end)).state
                alike[kind] += state == "verified"
    return {
        f"{what}_{kind}": value
        for kind in ("prose", "maths")
        for what, value in (
            ("sentences", total[kind]),
            ("agreement_percent", round(100 * alike[kind] / max(1, total[kind]), 2)),
        )
    }


def computing_s() -> float:
    """Computing time of this process and of its children that have ended, in seconds."""
    sandbox.close_children()
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def peer(pdfs: list[Document], python: Path) -> dict[str, object]:
    """Ingest the same PDFs with LlamaIndex's reader and splitter, in its own interpreter."""
    command = [str(python), "-c", PEER, *(document.path for document in pdfs)]
    seconds, nodes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-2:]
    name = "llama-index PDFReader + SentenceSplitter"
    return {"peer": name, "peer_computing_s": round(float(seconds), 2), "peer_nodes": int(nodes)}


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    main()
