"""Who is there, and whether they may. The only room that touches Reflex's internals."""
