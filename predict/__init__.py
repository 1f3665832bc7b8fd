"""The forecasting core: arrays in, arrays out."""
