"""Many runs: replicates of a scenario, and the folder in which their results are kept."""
