"""OGC API - Features, part 1: what is public as layers of QGIS, ArcGIS and GDAL."""
