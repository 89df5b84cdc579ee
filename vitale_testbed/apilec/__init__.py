"""`libapilec`: the C library of the API de lecture Vitale's three public functions, over our reader. See docs/apilec.md.

The C sources stand in `c/`; `build` compiles them. The library starts `python -m vitale_testbed.apilec.process` and asks it.
"""
