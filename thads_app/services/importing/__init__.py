"""Importing an office's workbook: read, check everything, write all of it or nothing."""
