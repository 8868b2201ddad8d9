"""Questions put to runs: tables in, answers out."""
