"""PostgreSQL and TimescaleDB, and nothing else."""
