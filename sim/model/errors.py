"""Errors in a sentence: bad input, which is the reader's to mend, and whatever else goes wrong."""

from pathlib import Path
from traceback import extract_tb

SIMULATING = {Path(__file__).parents[1] / part for part in ("model", "engines")}
"""Folders of what simulates."""


class BadInput(Exception):
    """Input the project refuses; each argument is one complaint: what is wrong, where, what is allowed, what to do."""

    def __str__(self) -> str:
        """The complaint, or all of them numbered."""
        if len(self.args) < 2:
            return super().__str__()
        lines = (f"  {number}. {each}" for number, each in enumerate(self.args, 1))
        return f"{len(self.args)} problems:\n" + "\n".join(lines)


def told(error: BaseException) -> str:
    """What an unexpected error is, what it says, and where in rules or engines it was last, if it came from there."""
    passed = [each for each in extract_tb(error.__traceback__) if Path(each.filename).parent in SIMULATING]
    place = f" ({Path(passed[-1].filename).name}, line {passed[-1].lineno}, in {passed[-1].name})" if passed else ""
    return f"{type(error).__name__}: {error}{place}"
