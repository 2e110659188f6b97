from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

import rlmap
from maps import entry, write_map
from rlmap.errors import GraphError


def test_a_program_gets_the_records_and_a_graph_of_them() -> None:
    graph, digraph = rlmap.load_graph()
    assert set(digraph.nodes) == set(graph.concepts)
    assert digraph.edges["return", "discount-factor"]["reason"]
    assert nx.is_directed_acyclic_graph(digraph)


def test_another_folder_is_loaded_and_its_faults_are_named(tmp_path: Path) -> None:
    graph, digraph = rlmap.load_graph(write_map(tmp_path / "good", [entry("a"), entry("b", ["a"])]))
    assert list(graph.concepts) == ["a", "b"]
    assert list(digraph.edges) == [("a", "b")]
    with pytest.raises(GraphError, match="there is no concept missing"):
        rlmap.load_graph(write_map(tmp_path / "bad", [entry("a", ["missing"])]))


def test_importing_rlmap_loads_no_library() -> None:
    code = "import sys, rlmap; print({'networkx', 'pydantic', 'numpy'} & set(sys.modules))"
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert outcome.stdout.strip() == "set()"
