"""What SensorThings asks, from the public views: one tree of options in, one tree of rows out.

1. the resource path, and the options of the query, as plain trees (paths.py, options.py)
2. which entities there are, with their properties and navigations: one table (model.py)
3. a filter as the condition of a statement, every value bound (grammar.py, filters.py, shapes.py)
4. one statement per level of the answer (select.py); observations straight from the wide table
   (observations.py)
5. the levels put together, each row with what hangs on it (reading.py)

No word of HTTP or JSON here, and no table of schema private: the role of the reader suffices.
"""
