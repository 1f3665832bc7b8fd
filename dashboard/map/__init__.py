"""The map: its page, the same to put on other sites, and what it shows at any moment."""
