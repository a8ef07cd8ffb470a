"""Use cases: (actor, command) → result, one transaction each. Rights, rules, events, audit; no SQL, no screen."""
