"""The page of neighbourhoods: each beside limits, its trend, and the year report to download."""
