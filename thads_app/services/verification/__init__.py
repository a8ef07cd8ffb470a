"""The second, plainly written way to every figure: from the raw events, sharing no code with the first."""
