"""The manifest: every problem at once, and the facts that readers rely on."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from rlmap.corpus.extract import extractor_for
from rlmap.corpus.manifest import check_manifest, load_manifest
from rlmap.errors import ManifestError, UnknownNameError
from rlmap.types import LocalFile, PackageFile, TextMarkup, WebFile

GOOD = """
schema = 1
[[source]]
id = "one"
title = "One"
authors = ["A. Author"]
kind = "blog"
licence = "MIT"
profile = "personal"
url = "https://example.org/one"
how_to_read = "Easy."
"""


def write(folder: Path, text: str) -> Path:
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_good_entry_becomes_a_source(tmp_path: Path) -> None:
    manifest = load_manifest(write(tmp_path, GOOD))
    source = manifest.source("one")
    assert (source.work_id, source.title, source.authors, source.location) == ("one", "One", ("A. Author",), None)


def test_every_problem_is_reported_with_its_field_and_a_remedy(tmp_path: Path) -> None:
    bad = GOOD + GOOD.replace("schema = 1", "").replace('title = "One"', "titel = 3").replace('"blog"', '"blgo"')
    problems = [p for p in check_manifest(write(tmp_path, bad)) if p.severity == "error"]
    assert {p.field for p in problems} == {"source 'one', title", "source 'one', titel", "source 'one', kind"}
    assert all(p.fix and p.file.endswith("sources.toml") for p in problems)
    with pytest.raises(ManifestError) as caught:
        load_manifest(tmp_path)
    assert all(word in str(caught.value) for word in ("title", "titel", "kind"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ('sha256 = "ABC"', "sha256"),
        ('id = "../etc"', "id"),
        ('url = "ftp://example.org"', "url"),
        ("year = 20200", "year"),
        ("authors = []", "authors"),
        ('text_as = "text/rst"', "text_as"),
        ('[source.web]\nurl = "https://e.org/x"\nmedia_type = "text/html"', "web.media_type"),
        ('[source.web]\nurl = "https://e.org/x"', "web.pinned"),
        ('[source.package]\nname = "p"\nversion = "1"\nfile = "p-1.tar.gz"\ninclude = ["../*"]', "package.include.0"),
        ('[source.package]\nname = "p"\nversion = "1"\nfile = "a/p-1.tar.gz"\ninclude = ["*"]', "package.file"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, change: str, field: str) -> None:
    key = change.split(" = ", maxsplit=1)[0]
    lines = [line for line in GOOD.splitlines() if not line.startswith(f"{key} = ")]
    problems = check_manifest(write(tmp_path, "\n".join([*lines, change])))
    assert any(p.field.endswith(f", {field}") and p.severity == "error" for p in problems)


def test_every_way_to_read_plain_text_has_a_reader() -> None:
    assert all(extractor_for(media_type) for media_type in get_args(TextMarkup))


@pytest.mark.parametrize(("profile", "missing"), [("registry", "package"), ("open", "web"), ("handbook", "local")])
def test_a_profile_says_where_its_sources_must_come_from(tmp_path: Path, profile: str, missing: str) -> None:
    problems = check_manifest(write(tmp_path, GOOD.replace('"personal"', f'"{profile}"')))
    assert any(p.field.endswith(missing) and p.severity == "error" for p in problems)


def test_the_same_id_or_file_twice_is_refused(tmp_path: Path) -> None:
    with_hash = GOOD + f'sha256 = "{"0" * 64}"\n'
    again = with_hash.replace("schema = 1", "").replace('id = "one"', 'id = "ONE"')
    fields = [p.field for p in check_manifest(write(tmp_path, with_hash + again))]
    assert any(field.endswith("'ONE', id") for field in fields)
    assert any(field.endswith("'ONE', sha256") for field in fields)


@pytest.mark.parametrize("of", ["nothing", "one"])
def test_a_part_must_be_of_a_source_with_a_file(tmp_path: Path, of: str) -> None:
    part = f'[source.part]\nof = "{of}"\nheading = "Post"\n'
    again = GOOD.replace("schema = 1", "").replace('id = "one"', 'id = "two"')
    problems = check_manifest(write(tmp_path, GOOD + part + again + part))
    assert any(p.field == "source 'two', part.of" and p.severity == "error" for p in problems)


@pytest.mark.parametrize("text", ["schema = 99", "schema = 1\nsource = 3", "schema = ", "\x00"])
def test_a_file_that_is_no_manifest_is_one_clear_problem(tmp_path: Path, text: str) -> None:
    assert len(check_manifest(write(tmp_path, text))) == 1


def test_a_missing_manifest_says_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=re.escape(str(tmp_path / "sources.toml"))):
        load_manifest(tmp_path)


def test_an_unknown_source_is_answered_with_the_nearest_names(root: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_manifest(root / "corpus").source("suton-barto")
    assert "sutton-barto-2018" in caught.value.nearest


# ------------------------------------------------------------ the manifest that rlmap ships


def test_the_manifest_has_no_problem_at_all(root: Path) -> None:
    assert check_manifest(root / "corpus") == []


def test_the_default_corpus_has_at_least_24_packages_each_pinned(root: Path) -> None:
    packages = load_manifest(root / "corpus").of_profiles("registry")
    assert len(packages) >= 24
    assert all(isinstance(s.location, PackageFile) and s.sha256 and s.explains for s in packages)


def test_openly_licensed_sources_are_pinned_to_a_commit_or_a_release(root: Path) -> None:
    for source in load_manifest(root / "corpus").of_profiles("open"):
        assert source.sha256, source.id
        if isinstance(source.location, PackageFile):
            continue
        assert isinstance(source.location, WebFile)
        assert re.search(r"/[0-9a-f]{40}/", source.location.url), source.id


def test_every_source_says_how_to_read_it_in_its_own_words(root: Path) -> None:
    sources = load_manifest(root / "corpus").sources
    assert all(source.how_to_read.endswith(".") for source in sources)
    works = [source for source in sources if source.work_id == source.id]
    repeated = {text: n for text, n in Counter(s.how_to_read for s in works).items() if n > 1}
    assert repeated == {}


def test_the_handbook_is_a_folder_of_the_checkout(root: Path) -> None:
    (handbook,) = load_manifest(root / "corpus").of_profiles("handbook")
    assert isinstance(handbook.location, LocalFile)
    assert (root / "corpus" / handbook.location.path).is_dir()


@pytest.mark.mirror
def test_every_document_of_the_mirror_is_in_the_manifest(root: Path, mirror_dir: Path) -> None:
    manifest = load_manifest(root / "corpus")
    with (mirror_dir.parent / "sources.tsv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    assert {row["id"]: row["sha256"] for row in rows} == {row["id"]: manifest.source(row["id"]).sha256 for row in rows}


def test_only_open_sources_are_fetched_on_request(tmp_path: Path) -> None:
    problems = check_manifest(write(tmp_path, GOOD + 'on_request = "it is huge"\n'))
    assert [p.field for p in problems if p.severity == "error"] == ["source 'one', on_request"]
