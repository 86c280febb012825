"""Deciding, and nothing else: values in, a plan out. No file, no clock, no network."""
