"""What runs in a browser; above reports, below the command line."""
