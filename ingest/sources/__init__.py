"""Files of other projects, each read into the same columns as a page."""
