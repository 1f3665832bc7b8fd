"""The plan of a place on a page: everybody sees it, who is signed in draws it anew."""
