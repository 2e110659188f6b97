"""Search: encode, index, retrieve, fuse, group."""
