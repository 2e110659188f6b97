"""Damaged files: every one is read or refused, and the reader's parent survives all of them.

    python benchmarks/fuzz.py FOLDER [--files N] [--seed N]

Takes the smallest documents of every format in FOLDER (formats that it lacks are made from its
text), damages their bytes in one of six ways (flipped bits, overwritten stretches, cut short, a
stretch removed, repeated, or swapped with another format's), and reads each as the application
does: in a child process with limits. Counts what became of them. An outcome other than "read"
or ``ExtractError`` is a fault of this program and is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import resource
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from rlmap.corpus.extract import media_type_of, suffixes
from rlmap.corpus.extract.sandbox import Limits, extract_all
from rlmap.corpus.split import split_extraction
from rlmap.errors import ExtractError
from rlmap.types import Document

RESULT = Path(__file__).parent / "results" / "fuzz.json"
LIMITS = Limits(memory_bytes=2 * 1024**3, cpu_s=20, wall_s=30.0)
SEEDS_PER_FORMAT = 6
#: Formats that hold others.
WRAPPED = frozenset({".epub", ".ipynb"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    generator = random.Random(arguments.seed)
    seeds = seeds_by_suffix(arguments.folder)
    outcomes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        documents = damaged(seeds, arguments.files, Path(folder), generator)
        for document, result in extract_all(documents, limits=LIMITS):
            outcome = outcome_of(document, result)
            outcomes[Path(document.path).suffix][outcome] += 1
            Path(document.path).unlink()
    report(outcomes, time.monotonic() - started)


def seeds_by_suffix(folder: Path) -> dict[str, list[bytes]]:
    """Return the bytes of a few small documents for every suffix that can be read."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and media_type_of(path) is not None:
            found[path.suffix.lower()].append(path)
    seeds = {
        suffix: [path.read_bytes() for path in sorted(paths, key=lambda p: p.stat().st_size)[:SEEDS_PER_FORMAT]]
        for suffix, paths in found.items()
    }
    text = seeds.get(".md", [b"The agent walks to the far end because the reward is larger there.\n"] * 2)[0].decode()
    for suffix in suffixes():
        if suffix not in seeds:
            seeds[suffix] = [made(suffix, text)]
    return seeds


def made(suffix: str, text: str) -> bytes:
    """Return a document of this format that holds ``text``."""
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    page = "<html><body>" + "".join(f"<p>{part}</p>" for part in paragraphs) + "</body></html>"
    if suffix == ".epub":
        return made_epub(page)
    makers = {
        ".ipynb": lambda: json.dumps({"cells": [{"cell_type": "markdown", "source": part} for part in paragraphs]}),
        ".py": lambda: '"""' + text.replace('"""', "'''").replace("\\", "/") + '"""\n',
        ".vtt": lambda: "WEBVTT\n\n" + "".join(cue(n, part) for n, part in enumerate(paragraphs[:3000])),
        ".tex": lambda: "\\documentclass{article}\\begin{document}" + text + "\\end{document}",
        ".htm": lambda: page,
    }
    same = {".pyi": ".py", ".srt": ".vtt", ".ltx": ".tex", ".xhtml": ".htm"}
    maker = makers.get(same.get(suffix, suffix))
    return (maker() if maker is not None else text).encode()


def made_epub(page: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", '<container><rootfile full-path="p.opf"/></container>')
        manifest, spine = '<item id="a" href="a.xhtml"/>', '<itemref idref="a"/>'
        archive.writestr("p.opf", f"<package><manifest>{manifest}</manifest><spine>{spine}</spine></package>")
        archive.writestr("a.xhtml", page)
    return buffer.getvalue()


def cue(number: int, words: str) -> str:
    clock = f"00:{number // 60:02d}:{number % 60:02d}"
    return f"{clock}.000 --> {clock}.900\n{words}\n\n"


def damaged(seeds: dict[str, list[bytes]], count: int, folder: Path, generator: random.Random) -> Iterator[Document]:
    """Write ``count`` damaged files, the same number of every format, and yield them."""
    order = sorted(seeds)
    everything = [data for suffix in order for data in seeds[suffix]]
    for number in range(count):
        suffix = order[number % len(order)]
        data = damage(generator.choice(seeds[suffix]), generator.choice(everything), generator)
        if suffix in WRAPPED and generator.random() < 0.5:
            # Damage to a container is nearly always noticed there; so damage what is inside as well.
            inside = damage(generator.choice(seeds[".md"]), generator.choice(everything), generator)
            data = made(suffix, inside.decode("utf-8", "replace"))
        path = folder / f"{number}{suffix}"
        path.write_bytes(data)
        media_type = media_type_of(path)
        assert media_type is not None
        yield Document(path.name, "fuzz", str(path), path.name, media_type, hashlib.sha256(data).hexdigest(), path.name)


def damage(data: bytes, other: bytes, generator: random.Random) -> bytes:
    """Return ``data`` damaged in one of six ways."""
    damaged = bytearray(data)
    size = len(damaged)
    start = generator.randrange(size)
    stop = min(size, start + generator.randrange(1, max(2, size // 8)))
    way = generator.randrange(6)
    if way == 0:
        for _ in range(generator.randrange(1, 64)):
            damaged[generator.randrange(size)] ^= 1 << generator.randrange(8)
    elif way == 1:
        damaged[start:stop] = generator.randbytes(stop - start)
    elif way == 2:
        del damaged[start:]
    elif way == 3:
        del damaged[start:stop]
    elif way == 4:
        damaged[start:start] = damaged[start:stop] * generator.randrange(1, 20)
    else:
        damaged[start:stop] = other[: stop - start]
    return bytes(damaged)


def outcome_of(document: Document, result: object) -> str:
    if isinstance(result, ExtractError):
        return "given up" if "was given up" in str(result) else "refused"
    try:
        split_extraction(result, document)  # type: ignore[arg-type]  # an Extraction, if it is no error
    except Exception as error:  # noqa: BLE001 - any error here is what this benchmark looks for
        print(f"FAULT {document.id}: {type(error).__name__}: {error}")
        return "fault"
    return "read"


def report(outcomes: dict[str, Counter[str]], elapsed_s: float) -> None:
    kinds = ("read", "refused", "given up", "fault")
    total = sum((counter for counter in outcomes.values()), Counter[str]())
    print(f"{total.total()} damaged files in {elapsed_s:.0f} s; the parent is alive\n")
    print(f"{'':10}" + "".join(f"{kind:>10}" for kind in kinds))
    for suffix, counter in sorted(outcomes.items()):
        print(f"{suffix:10}" + "".join(f"{counter[kind]:>10}" for kind in kinds))
    print(f"{'all':10}" + "".join(f"{total[kind]:>10}" for kind in kinds))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps(
            {
                "files": total.total(),
                "outcomes": dict(total),
                "by_suffix": {suffix: dict(counter) for suffix, counter in sorted(outcomes.items())},
                "elapsed_s": round(elapsed_s, 1),
                "parent_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            },
            indent=2,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
