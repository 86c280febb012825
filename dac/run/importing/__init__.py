"""The use case `import`: what a console holds becomes stack files and state, without a write to the console."""
