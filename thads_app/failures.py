"""The one exception for problems that the person running the program can mend."""

from __future__ import annotations


class OperatorError(Exception):
    """A set-up or running problem, told in one clear Vietnamese sentence.

    The command line prints the sentence on stderr and exits 1; nothing else about the problem is shown.
    """
