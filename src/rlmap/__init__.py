"""rlmap: a map of reinforcement learning that quotes its sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

    from rlmap.types import ConceptGraph

__version__ = "0.1.0"


def load_graph(graph_dir: Path | None = None) -> tuple[ConceptGraph, nx.DiGraph[str]]:
    """Load the map for use in a program.

    Parameters
    ----------
    graph_dir : Path, optional
        A folder like ``graph/`` of this repository; the map that comes with rlmap unless given.

    Returns
    -------
    tuple of ConceptGraph and networkx.DiGraph
        The checked records, and the same as a graph with an edge from each prerequisite to what
        needs it; see :func:`rlmap.graph.walk.to_digraph`. Helpful edges are left out, so that
        the graph has no cycle.

    Raises
    ------
    GraphError
        If the map cannot be walked; names every fault with file and field.

    Examples
    --------
    >>> import rlmap
    >>> graph, digraph = rlmap.load_graph()
    >>> "return" in digraph.predecessors("discount-factor")
    True
    """
    from rlmap.graph.load import load_graph as load  # noqa: PLC0415 - importing rlmap stays quick
    from rlmap.graph.walk import to_digraph  # noqa: PLC0415 - likewise
    from rlmap.settings import data_root  # noqa: PLC0415 - likewise

    graph = load(graph_dir or data_root() / "graph")
    return graph, to_digraph(graph)
