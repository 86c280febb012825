"""Looking before deciding: files, record and console gathered, a plan made of them and kept as a file."""
