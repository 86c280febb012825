"""From one console to the next: what was tried there, and every gate on the way."""
