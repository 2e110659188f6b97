"""A set-up on a Ray cluster that loses a machine: the same bytes as in threads."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rlmap.errors import InputError
from rlmap.pipeline.engines import open_engine
from rlmap.pipeline.setting_up import set_up
from rlmap.settings import Settings

if TYPE_CHECKING:
    from ray.cluster_utils import Cluster

SOURCES = 12

MANIFEST = """
[[source]]
id = "notes-{number}"
title = "Notes, part {number}"
authors = ["A. Writer"]
year = 2020
kind = "course"
licence = "CC-BY-4.0"
profile = "personal"
media_type = "text/markdown"
url = "https://example.org/notes-{number}"
[source.web]
url = "https://example.org/notes-{number}.md"
pinned = false
"""


def paragraphs(number: int) -> str:
    subjects = ("The agent", "A critic", "The replay buffer", "Each policy", "An optimiser")
    verbs = ("improves", "stores", "estimates", "compares", "forgets")
    return "\n\n".join(
        f"{subjects[(number + line) % 5]} {verbs[line % 5]} what it saw in episode {number * 31 + line}, because the "
        f"return of step {line} was higher than before. This happens in {line + 2} of {number + 9} runs."
        for line in range(12)
    )


@pytest.fixture
def settings(tmp_path: Path, built_home: Path, root: Path) -> Settings:
    """A manifest of a few sources beside the map, and a data folder that holds nothing but the encoder."""
    corpus = tmp_path / "root" / "corpus"
    corpus.mkdir(parents=True)
    corpus.joinpath("sources.toml").write_text(
        "schema = 1\n" + "".join(MANIFEST.format(number=n) for n in range(SOURCES))
    )
    shutil.copytree(root / "graph", tmp_path / "root" / "graph")
    made = Settings(root=tmp_path / "root", home=tmp_path / "home")
    shutil.copytree(built_home / "model", made.model_dir)
    return made


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    for number in range(SOURCES):
        (folder / f"notes-{number}.md").write_text(f"# Notes {number}\n\n{paragraphs(number)}\n")
    (folder / "notes-3.md").write_bytes(b"\0\1" * 900)  # one that cannot be read
    return folder


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A cluster of two machines, one processor each; this process is joined to it."""
    ray = pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    limits = {"num_cpus": 1, "object_store_memory": 80 * 1024**2}
    made = Cluster(initialize_head=True, head_node_args={**limits, "include_dashboard": False})
    made.add_node(**limits)
    ray.init(address=made.address, log_to_driver=False)
    yield made
    ray.shutdown()
    made.shutdown()


def contents(home: Path) -> dict[str, object]:
    """Return everything that a set-up leaves: rows of every table, bytes of every file."""
    found: dict[str, object] = {}
    for database in (home / "corpus.sqlite", home / "index" / "vectors.sqlite"):
        with sqlite3.connect(database) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            for table in tables:
                found[f"{database.name}:{table}"] = sorted(map(repr, connection.execute(f"SELECT * FROM {table}")))
    for path in sorted((home / "index").rglob("*")) + sorted((home / "files").rglob("*")):
        if path.is_file() and ".sqlite" not in path.name and path.name not in {".lock", "fetched.json"}:
            found[str(path.relative_to(home))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def machines_alive(*, at_most: int, patience_s: float = 60.0) -> int:
    """Count the machines that the cluster knows to be alive; it notices the loss of one only after a while."""
    import ray

    deadline = time.monotonic() + patience_s
    while (alive := sum(node["Alive"] for node in ray.nodes())) > at_most and time.monotonic() < deadline:
        time.sleep(0.2)
    return alive


@pytest.mark.slow
def test_a_cluster_that_loses_a_machine_makes_the_same_bytes(
    settings: Settings, mirror: Path, cluster: Cluster, tmp_path: Path
) -> None:
    in_threads = set_up(settings, extra_profiles={"personal"}, mirror=mirror)
    expected = contents(settings.home)
    shutil.move(settings.home, tmp_path / "in-threads")
    shutil.copytree(tmp_path / "in-threads" / "model", settings.model_dir)
    (lost,) = cluster.worker_nodes
    running_on = set()

    def lose_a_machine(stage: str, done: int, total: int) -> None:
        if stage == "read" and 0 < done < total and not running_on:
            running_on.update(node["NodeID"] for node in ray.nodes() if node["Alive"])
            cluster.remove_node(lost, allow_graceful=False)

    import ray

    on_cluster = set_up(
        settings, extra_profiles={"personal"}, mirror=mirror, engine=open_engine("ray"), progress=lose_a_machine
    )
    assert len(running_on) == 2
    assert machines_alive(at_most=1) == 1
    assert on_cluster == in_threads
    assert on_cluster.passages > 2 * SOURCES
    assert len(on_cluster.problems) == 1
    found = contents(settings.home)
    assert found.keys() == expected.keys()
    assert [name for name in expected if found[name] != expected[name]] == []


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r"rlmap\[ray\]"):
        open_engine("ray")
