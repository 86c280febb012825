"""Snapshots of a console: made where there is a token, planned from where there is none."""
