"""What can only be seen with the whole project in view: one file a check, discovered by `registry`."""
