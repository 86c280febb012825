"""Extension packages: what is in an archive, whether a console can take it, taking it in, and writing one out."""
