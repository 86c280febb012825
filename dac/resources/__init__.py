"""What each kind of resource is: one file per kind, discovered by `registry`."""
