"""The AQL linter: what is wrong with a query, and what will surprise whoever runs it.

`engine.lint` is the way in. Each rule is one function in `rules/`, one file a family, and carries its own
documentation and examples. Nothing here reads files or talks to a console: what a query's surroundings say
(declared properties, reference sets, log source types, cases) comes in as a Context.
"""
