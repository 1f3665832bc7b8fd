"""The forecasting core: arrays in, arrays out; no database, no clock, no domain.

core.py        fit and predict: arrays in, arrays out
blocks.py      the story, step by step, over blocks of series
graph.py       the same as a Dask graph, on threads or a cluster
fitted.py      what was learned, and what is said from it
calendar.py    rows by the clock that people live by
transform.py   unlike series on one scale
profile.py     what is usual at an hour of the week
states.py      what is known at an origin
covariates.py  what else is known, ahead or back
gathering.py   from history to all that features are made of
features.py    rows of the regression
ridge.py       regression over all series, honest residuals
intervals.py   how large errors are
stages.py      what is learned for a range of horizons
past.py        how errors went together, for samples
drift.py       whether intervals still hold what they promise
exceed.py      the chance that a limit is exceeded
samples.py     joint samples, for sums
store.py       a fitted forecast as a file
series.py      rows to a regular grid with holes: time x series
models.py      the seasonal naive, and what the job asks of a model
job.py         one round: read, fit, predict, write
"""
