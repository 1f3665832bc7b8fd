"""The forecasting core: arrays in, arrays out; no database, no clock, no domain.

series.py  rows to a regular grid with holes: time x series
models.py  what a model is, and the seasonal naive that every model must beat
job.py     one round: read, fit, predict, write
"""
