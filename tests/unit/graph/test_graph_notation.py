from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pymupdf
import pytest
import rtoml

from rlmap.errors import GraphError, UnknownNameError
from rlmap.graph.notation import check_notation, load_notation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two works that write the return differently."""
    data = {
        "quantities": [
            {"id": "return", "name": "Return", "concept": "return", "ours": "G_t"},
            {"id": "discount", "name": "Discount", "concept": "discount-factor", "ours": "\\gamma"},
        ],
        "works": [
            {
                "id": "one",
                "title": "One",
                "source": "one-pdf",
                "symbols": [
                    {"quantity": "return", "writes": "R_t", "seen": "Rt", "note": "Not a reward."},
                    {"quantity": "discount", "writes": "\\beta"},
                ],
            },
            {
                "id": "two",
                "title": "Two",
                "source": "two-md",
                "symbols": [{"quantity": "return", "writes": "U_t", "source": "two-b"}],
            },
        ],
    }
    (tmp_path / "notation.toml").write_text(rtoml.dumps(data), encoding="utf-8")
    return tmp_path


def test_one_quantity_is_shown_in_every_notation(folder: Path) -> None:
    notation = load_notation(folder)
    found = [(work.title, s.writes, s.seen, s.source_id) for work, s in notation.spellings("return")]
    assert found == [("One", "R_t", "Rt", "one-pdf"), ("Two", "U_t", "U_t", "two-b")]
    assert notation.works["one"].symbols["return"].note == "Not a reward."


def test_one_work_is_translated_into_another_or_into_the_handbook(folder: Path) -> None:
    notation = load_notation(folder)
    assert [(q.id, a, b) for q, a, b in notation.dictionary("one", "two")] == [("return", "R_t", "U_t")]
    assert [(q.id, a, b) for q, a, b in notation.dictionary("one")] == [
        ("return", "R_t", "G_t"),
        ("discount", "\\beta", "\\gamma"),
    ]
    with pytest.raises(UnknownNameError, match="Did you mean return"):
        notation.spellings("retrun")
    with pytest.raises(UnknownNameError, match="no work with a notation named 'three'"):
        notation.dictionary("one", "three")


def test_faults_are_named_by_field(folder: Path) -> None:
    path = folder / "notation.toml"
    text = path.read_text(encoding="utf-8").replace('quantity = "discount"', 'quantity = "discuont"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GraphError, match=r"works\[0\].symbols: there is no quantity discuont; did you mean discount"):
        load_notation(folder)
    problems = check_notation(folder, concept_ids={"return"}, source_ids={"one-pdf", "two-md"})
    assert {problem.field for problem in problems} == {
        "works[0].symbols",
        "quantities[1].concept",
        "works[1].symbols[0].source",
    }
    path.write_text("[[works]]\nid = 1\n", encoding="utf-8")
    with pytest.raises(GraphError, match=r"works\[0\].id"):
        load_notation(folder)


def test_the_map_compares_many_works_over_many_quantities(root: Path) -> None:
    notation = load_notation(root / "graph")
    assert len(notation.works) >= 20
    assert len(notation.quantities) >= 40
    concept_ids = {path.stem for path in (root / "graph" / "concepts").glob("*/*.toml")}
    assert check_notation(root / "graph", concept_ids=concept_ids) == []
    unused = [quantity for quantity in notation.quantities if len(notation.spellings(quantity)) < 1]
    assert len(notation.quantities) - len(unused) >= 40


@pytest.mark.mirror
def test_every_entry_is_found_in_its_document(root: Path, mirror_dir: Path) -> None:
    notation = load_notation(root / "graph")
    texts: dict[str, str] = {}
    lost = []
    for work in notation.works.values():
        for symbol in work.symbols.values():
            if symbol.source_id not in texts:
                texts[symbol.source_id] = condensed(text_of(mirror_dir, symbol.source_id))
            if condensed(symbol.seen) not in texts[symbol.source_id]:
                lost.append((work.id, symbol.quantity_id, symbol.seen))
    assert lost == []


def text_of(mirror_dir: Path, source_id: str) -> str:
    (path,) = (path for path in mirror_dir.glob(f"{source_id}.*") if path.name.rsplit(".", 1)[0] == source_id)
    if path.suffix == ".pdf":
        with pymupdf.open(path) as document:
            return "".join(page.get_text() for page in document)
    return path.read_text(encoding="utf-8", errors="replace")


def condensed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).replace("−", "-"))
