"""The law as pure functions and data. No database, no Reflex, no clock of its own: a date is an argument."""
