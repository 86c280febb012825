"""How the console reads and takes each kind of thing, in batches: one file a way in."""
