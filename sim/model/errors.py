"""Errors that are the reader's to mend: bad input, said in a sentence."""


class BadInput(Exception):
    """Input the project refuses; each argument is one complaint: what is wrong, where, what is allowed, what to do."""

    def __str__(self) -> str:
        """The complaint, or all of them numbered."""
        if len(self.args) < 2:
            return super().__str__()
        lines = (f"  {number}. {each}" for number, each in enumerate(self.args, 1))
        return f"{len(self.args)} problems:\n" + "\n".join(lines)
