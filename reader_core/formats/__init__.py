"""Readings in the formats others take: `registry` has the table of them, and there is one module (or folder) each.

The data model is `card`; `build` makes it from a reading.
"""
