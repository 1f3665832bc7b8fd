"""What `meten doctor` looks at: facts gathered at the edge, each judged by a small function."""
