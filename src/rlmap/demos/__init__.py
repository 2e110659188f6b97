"""Demos: controlled experiments on PufferLib, each in a process of its own."""
