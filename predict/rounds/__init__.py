"""The forecast service: what a round is made of; ``predict/job.py`` tells its story."""
