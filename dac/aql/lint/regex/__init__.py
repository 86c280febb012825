"""Java regular expressions, as AQL's MATCHES takes them: read and judged, never run."""
