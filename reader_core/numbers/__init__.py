"""French health numbers that python-stdnum does not have, each a module in its shape.

`compact`, `validate`, `is_valid`, `calc_check_digit`, `format`: the same functions, and the same exceptions, as
`stdnum.fr.nir` and `stdnum.fr.siren`. `validate` gives the number in its shortest form, or raises a
`stdnum.exceptions.ValidationError`; `is_valid` never raises.
"""

from reader_core.numbers import accident, adeli, finess, idnat_ps, rpps

__all__ = ["accident", "adeli", "finess", "idnat_ps", "rpps"]
