"""Demonstration data: invented people and organisations living through lawful histories, the same for the same seed."""
