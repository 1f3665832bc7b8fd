"""What people want to know: articles in Markdown, and a showcase that a community writes itself."""
