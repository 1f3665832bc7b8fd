"""The documentation site: `make docs` builds it from Markdown and from the code."""
