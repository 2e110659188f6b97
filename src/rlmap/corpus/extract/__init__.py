"""Readers: one module for each document format, behind one protocol."""
