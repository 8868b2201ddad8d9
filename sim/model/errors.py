"""Errors that are the reader's to mend: bad input, said in a sentence."""


class BadInput(Exception):
    """Input the project refuses; the message says what is wrong, where, what is allowed and what to do."""
