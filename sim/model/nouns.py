"""The nouns every part of the project shares, in their fixed order."""

OPTIONS = ("on_premise", "private", "public", "hybrid")
"""What a firm can choose (I2, I3, I5); the position is the code stored per firm."""

ON_PREMISE, PRIVATE, PUBLIC, HYBRID = range(4)

CLASSES = ("micro", "small", "medium", "large")
"""Size classes by employees: 1-9, 10-49, 50-249, 250 and more (the comparison group of I2)."""

SECTORS = ("manufacturing", "trade", "services", "ict", "finance_health")
"""Sectors of activity (I20, A13)."""

REGIONS = ("east", "centre", "west")
"""Regions of the partner network (N5)."""

MOST_PROVIDERS = 8
"""Public providers a scenario may have; incident draws are laid out for this many."""
