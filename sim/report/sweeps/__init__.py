"""Reports of sweeps: running one, its state, tables for other programs, figures."""
