"""Reference data that ships with the program: offices, published results, and the builders that made them.

Readers return plain rows and touch neither database nor screen. Builders run by hand when a source changes;
their output is committed, so a running system needs none of the source packages.
"""
