"""SensorThings API 1.1 for reading: paths and options in, JSON, CSV or GeoJSON out."""
