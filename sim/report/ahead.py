"""What can be done before there is anything to draw; importing this module does it.

Only the process from which those that draw are forked imports it, while the command computes.
"""

from sim.report import figures

figures.get_ready()
