"""The AQL dialect: parse, print, check, and what a rule can take of a query.

AQL is QRadar's query language. The parser is written for it alone and is strict by construction: what it does
not know is an error with line and column, never a guess. Nothing here reads files of a user or talks to a console.
"""
