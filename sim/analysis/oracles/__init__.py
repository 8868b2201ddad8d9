"""Results known independently of this program, one a file; `sim verify` runs every file here (docs/oracles.md).

A file holds `ORACLE`, an `oracle.Oracle`. Adding an oracle is adding a file.
"""
