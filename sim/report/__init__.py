"""What readers get: tables and figures of runs and sweeps, lists of what there is, and what commands say meanwhile."""
