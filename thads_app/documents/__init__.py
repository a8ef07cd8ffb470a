"""Printed papers: typst templates and the plain data they are filled with. Texts are data, never markup."""
