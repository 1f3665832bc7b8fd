"""The page on which people choose data: a form, a preview, and the same choice for programs."""
