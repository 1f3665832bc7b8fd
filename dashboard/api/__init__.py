"""The API of the platform, version 1: nodes, series, hexagons, rides, forecasts."""
