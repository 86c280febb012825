"""The command line: parse, call a use case, hand the result to a view, exit code. Nothing is decided here."""
