"""Values to Markdown, for comments on merge requests and for reports."""
