"""Sweeps: many points of a design around one scenario, read from a file, computed in replicates."""
