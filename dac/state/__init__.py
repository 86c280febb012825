"""The record: what dac applied last, one document per stack and console, and where it is kept."""
