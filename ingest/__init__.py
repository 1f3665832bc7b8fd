"""From messages and files to judged observations."""
