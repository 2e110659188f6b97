"""The corpus: the only package that touches the network or opens documents.

From the manifest to passages, in the order in which it happens:

=================  ======================================================================
``manifest``       ``corpus/sources.toml``, checked, as :class:`~rlmap.types.Source` records
``own``            the user's own files, folders and pages
``fetch``          sources onto this machine (``fetch_many``, ``fetch_web``, ``hosts``)
``documents``      the readable files of a source (``archive`` for packages)
``extract``        a document's canonical text and typed blocks, read in a child process
``split``          passages, each a slice of the canonical text
``ingest``         all of that into the ``store``, only for what changed (``shares``, ``lock``)
``display``        a slice made readable; ``pages`` where it stands on a page
``readings``       what both engines read in the original files, kept for quick checks (``read_again``)
``verify``         a slice checked against its original file (``strict_key``)
``status``         what is here, what is not, and why; ``citations`` for reference managers
=================  ======================================================================
"""
