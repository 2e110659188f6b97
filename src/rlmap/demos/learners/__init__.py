"""Learners: one file each, `Settings` and `train(trial, settings)`; each reads like its paper."""
