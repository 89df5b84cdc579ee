"""Readings in the formats others take, one module each. The data model is `card`; `build` makes it from a reading."""
