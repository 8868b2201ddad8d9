"""Agent-based simulation of how firms take up cloud computing, and of policies towards it."""

__version__ = "0.1.0"
