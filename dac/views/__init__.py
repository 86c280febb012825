"""Values to text: `human` for people, `machine` for programs. Nothing here decides, reads a file, or asks the time."""
