"""Every form that others write or read, as a JSON Schema: what `vitale schema` prints and the documentation shows.

`published` has them by name, `words` puts a description at every key, `meanings` has what no docstring says.
"""
