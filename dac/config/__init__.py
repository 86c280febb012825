"""TOML to declared resources: dac.toml, the stacks' files, variables, overrides, and where each value stands."""
