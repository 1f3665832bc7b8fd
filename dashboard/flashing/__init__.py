"""The page that puts the node software on a board, by the browser alone."""
