"""Frozen values the rooms hand to each other. Nothing here reads, writes or decides."""
