"""Administering accounts: grants, written authorisations, effective rights, and what belongs to them."""
