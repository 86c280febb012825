"""Use cases: the only place where config, planning, state and qradar meet."""
