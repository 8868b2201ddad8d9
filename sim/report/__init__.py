"""Figures and tables for readers: the outcome table of a run in, a document out."""
