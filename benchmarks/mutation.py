"""How many altered quotes pass for true ones, beside the checks of other tools.

    python benchmarks/mutation.py FOLDER [--quotes N] [--seed N]

Reads every document of FOLDER, takes sentences of its passages as true quotes, and alters each
in six ways: a digit, a sign, a negation, an antonym, a dropped word, two halves spliced. An
altered quote that happens to stand elsewhere in its document, white space aside, is true: it is
left out and counted. Checks:

- *rlmap, text*: the quote is found under the strict key in the whole canonical text, in one piece;
- *rlmap, words*: ``find_quote``, which looks up saved quotes: the same, or in that text without
  running heads and footnotes, because a sentence that goes on over a page break is shown without
  what stands between;
- *rlmap, store*: the altered words are put into the stored text at the quote's own place, and
  ``verify`` re-reads the original file;
- *fuzzy 0.8*: rapidfuzz ``partial_ratio`` of at least 80 against the text around the quote;
- *letters only*: the letters of the quote, lower case, are found in those around it;
- *difflib 35 %*: matching blocks cover at least 35 % of the quote.
"""

from __future__ import annotations

import argparse
import dataclasses
import difflib
import hashlib
import json
import platform
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz

from rlmap.corpus.display import display_of
from rlmap.corpus.extract import media_type_of
from rlmap.corpus.extract.sandbox import extract_all
from rlmap.corpus.finding import find_quote
from rlmap.corpus.sentences import sentences
from rlmap.corpus.split import split_extraction
from rlmap.corpus.strict_key import find_reading
from rlmap.corpus.verify import verify
from rlmap.errors import ExtractError
from rlmap.types import Document, Extraction, Locator

STANDS_ELSEWHERE = "stands elsewhere"
RESULT = Path(__file__).parent / "results" / "mutation.json"
ANTONYMS = dict(
    pair
    for one, other in (
        ("increases", "decreases"), ("increase", "decrease"), ("larger", "smaller"), ("large", "small"),
        ("high", "low"), ("higher", "lower"), ("more", "less"), ("better", "worse"), ("good", "bad"),
        ("maximum", "minimum"), ("maximize", "minimize"), ("always", "never"), ("before", "after"),
        ("first", "last"), ("easy", "hard"), ("on-policy", "off-policy"), ("fast", "slow"), ("faster", "slower"),
        ("positive", "negative"), ("upper", "lower"), ("same", "different"), ("optimal", "suboptimal"),
        ("stable", "unstable"), ("biased", "unbiased"), ("early", "late"), ("long", "short"),
        ("stochastic", "deterministic"),
    )
    for pair in ((one, other), (other, one))
)  # fmt: skip


class Quote(NamedTuple):
    """A true quote: as it would be shown, where it stands, and the text around it."""

    document: Document
    extraction: Extraction
    locator: Locator
    shown: str
    around: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quotes", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    generator = random.Random(arguments.seed)
    quotes = list(true_quotes(arguments.folder))
    documents = len({quote.document.id for quote in quotes})
    quotes = sorted(generator.sample(quotes, min(arguments.quotes, len(quotes))), key=lambda q: q.document.id)
    true, altered, made = Counter[str](), Counter[tuple[str, str]](), Counter[str]()
    for number, quote in enumerate(quotes):
        for check, accepts in CHECKS.items():
            true[check] += accepts(quote, quote.shown)
        for kind, text in alterations(quote, quotes[number - 1], generator):
            made[kind] += 1
            if kind == STANDS_ELSEWHERE:
                continue
            for check, accepts in CHECKS.items():
                altered[check, kind] += accepts(quote, text)
    report(documents, len(quotes), made, true, altered)


def true_quotes(folder: Path) -> Iterator[Quote]:
    """Yield the sentences of all passages of the documents of ``folder``."""
    for document, extraction in extract_all(documents_of(folder)):
        if isinstance(extraction, ExtractError):
            print(f"left out: {extraction}")
            continue
        for passage in split_extraction(extraction, document):
            display = display_of(document, extraction, passage.locator)
            for start, end in sentences(display):
                shown, around = display.between(start, end).text, display.text
                if document.media_type != "application/pdf":
                    # Markup is part of the file, and so of what is compared.
                    shown = extraction.text[start:end]
                    around = extraction.text[passage.locator.start : passage.locator.end]
                shown, around = " ".join(shown.split()), " ".join(around.split())
                if 8 <= len(shown.split()) <= 60:
                    yield Quote(document, extraction, Locator(document.id, start, end), shown, around)


def documents_of(folder: Path) -> Iterator[Document]:
    for path in sorted(folder.rglob("*")):
        media_type = media_type_of(path)
        if path.is_file() and media_type is not None:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            name = str(path.relative_to(folder))
            yield Document(name, path.stem, str(path), name, media_type, digest, path.stem)


def alterations(quote: Quote, other: Quote, generator: random.Random) -> Iterator[tuple[str, str]]:
    """Yield (kind, altered text) for every way in which this quote can be altered."""
    text = quote.shown
    candidates = (
        ("digit", changed_digit(text, generator)),
        ("sign", changed_sign(text, generator)),
        ("negation", changed_negation(text, generator)),
        ("antonym", changed_antonym(text, generator)),
        ("dropped word", dropped_word(text, generator)),
        ("spliced halves", spliced(text, other.shown)),
    )
    flat = squeezed(quote.extraction.text)
    for kind, altered in candidates:
        if altered is None or altered == text:
            continue
        yield (STANDS_ELSEWHERE if squeezed(altered) in flat else kind), altered


@lru_cache(maxsize=8)
def squeezed(text: str) -> str:
    return "".join(text.split())


def changed_digit(text: str, generator: random.Random) -> str | None:
    places = [match.start() for match in re.finditer(r"\d", text)]
    if not places:
        return None
    place = generator.choice(places)
    digit = generator.choice([d for d in "0123456789" if d != text[place]])
    return text[:place] + digit + text[place + 1 :]


def changed_sign(text: str, generator: random.Random) -> str | None:
    minus = [match.start() for match in re.finditer(r"(?<=[\s(=])[-−](?=\d)", text)]
    if minus:
        place = generator.choice(minus)
        return text[:place] + text[place + 1 :]
    numbers = [match.start() for match in re.finditer(r"(?<=[\s(=])\d", text)]
    if not numbers:
        return None
    place = generator.choice(numbers)
    return f"{text[:place]}-{text[place:]}"


def changed_negation(text: str, generator: random.Random) -> str | None:
    if re.search(r"\bnot ", text):
        return re.sub(r"\bnot ", "", text, count=1)
    places = [match.end() for match in re.finditer(r"\b(?:is|are|can|does|do|will|should|was|were|has) ", text)]
    if not places:
        return None
    place = generator.choice(places)
    return f"{text[:place]}not {text[place:]}"


def changed_antonym(text: str, generator: random.Random) -> str | None:
    places = [match for match in re.finditer(r"[\w-]+", text) if match.group() in ANTONYMS]
    if not places:
        return None
    match = generator.choice(places)
    return text[: match.start()] + ANTONYMS[match.group()] + text[match.end() :]


def dropped_word(text: str, generator: random.Random) -> str | None:
    words = text.split()
    place = generator.randrange(2, len(words) - 2)
    return " ".join(words[:place] + words[place + 1 :])


def spliced(text: str, other: str) -> str | None:
    left, right = text.split(), other.split()
    return " ".join(left[: len(left) // 2] + right[len(right) // 2 :])


def strict_text(quote: Quote, text: str) -> bool:
    return bool(find_reading(quote.extraction.text, text))


def strict_words(quote: Quote, text: str) -> bool:
    return bool(find_quote(quote.extraction, text))


def strict_store(quote: Quote, text: str) -> bool:
    """Put ``text`` into the stored text in place of the quote, and re-read the file."""
    stored, locator = quote.extraction.text, quote.locator
    if text == quote.shown:
        return verify(quote.document, quote.extraction, locator).state != "withdrawn"
    forged = dataclasses.replace(quote.extraction, text=stored[: locator.start] + text + stored[locator.end :])
    place = Locator(locator.document_id, locator.start, locator.start + len(text))
    return verify(quote.document, forged, place).state != "withdrawn"


def fuzzy(quote: Quote, text: str) -> bool:
    return fuzz.partial_ratio(text, quote.around) >= 80


def letters_only(quote: Quote, text: str) -> bool:
    return letters(text) in letters(quote.around)


def letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def difflib_35(quote: Quote, text: str) -> bool:
    blocks = difflib.SequenceMatcher(None, text, quote.around, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= 0.35 * len(text)


CHECKS: dict[str, Callable[[Quote, str], bool]] = {
    "rlmap, text": strict_text,
    "rlmap, words": strict_words,
    "rlmap, store": strict_store,
    "fuzzy 0.8": fuzzy,
    "letters only": letters_only,
    "difflib 35 %": difflib_35,
}


def report(
    documents: int, quotes: int, made: Counter[str], true: Counter[str], altered: Counter[tuple[str, str]]
) -> None:
    elsewhere = made.pop(STANDS_ELSEWHERE, 0)
    total = made.total()
    print(f"{quotes} true quotes and {total} altered ones from {documents} documents; accepted by each check:\n")
    print(f"({elsewhere} altered ones stand elsewhere in their document and are left out)\n")
    print(f"{'':16}{'true':>16}" + "".join(f"{kind:>16}" for kind in made) + f"{'all altered':>16}")
    rows = {}
    for check in CHECKS:
        by_kind = {kind: altered[check, kind] for kind in made}
        rows[check] = {"true": true[check], "altered": sum(by_kind.values()), "altered_by_kind": by_kind}
        cells = [f"{100 * true[check] / quotes:.2f} %"]
        cells += [f"{count} / {made[kind]}" for kind, count in by_kind.items()]
        print(f"{check:16}" + "".join(f"{cell:>16}" for cell in [*cells, f"{sum(by_kind.values())} / {total}"]))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps(
            {
                "documents": documents,
                "true_quotes": quotes,
                "altered_quotes": total,
                "altered_by_kind": dict(made),
                "left_out_standing_elsewhere": elsewhere,
                "accepted": rows,
                "python": platform.python_version(),
            },
            indent=2,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
