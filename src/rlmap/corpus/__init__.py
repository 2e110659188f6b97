"""The corpus: the only package that touches the network or opens documents."""
