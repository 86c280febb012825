"""Carrying a plan out: under locks, looked at once more, kept, recorded, deployed."""
