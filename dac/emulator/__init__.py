"""The embedded QRadar console: a WSGI application over SQLite that answers as QRadar's REST API does.

It exists to be refused by. Wherever IBM's documentation names a check, the emulator makes it; wherever the
documentation is silent, `settings.Settings` names the switch. It shares no code with `dac.qradar`: both read the
same formats, each by its own understanding, so that a misreading on one side shows on the other.
"""
