"""What can be done before there is anything to draw; importing this module does it.

Only the process from which those that draw are forked imports it, while the command computes.
"""

import gc


def _get_ready() -> None:
    from sim.report import figures

    figures.get_ready()


gc.disable()  # all that is made stays
_get_ready()
gc.freeze()
gc.enable()
