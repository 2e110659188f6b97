"""Environments: native vectorised NumPy `PufferEnv`s, one file each; the docstring states the MDP."""
