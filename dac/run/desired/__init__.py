"""From what the stacks declare to what is desired of one console: compiled, and checked across all stacks."""
