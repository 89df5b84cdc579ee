"""Twenty lines that connect a reader library to vitale-testbed; here the project's own, in its place put yours.

vitale certify --product "exec:python examples/python/adapter.py"
"""

from datetime import date

from vitale_adapter import Refusal, serve

from reader_core import Reader, ReadingError, TrustStore, card_object


def read(request):
    try:
        with Reader.open(request["vitale"], request["cps"], TrustStore.from_files(**request["trust"])) as reader:
            if request["cps"] and request["pin"]:
                present(reader, request["pin"])
            return card_object(reader.read_vitale(date.fromisoformat(request["on"]), request["api"]))
    except ReadingError as error:
        raise Refusal(str(error.code), error.message) from error


def present(reader, pin):
    try:
        reader.verify_pin(pin)
    except ReadingError as error:
        if error.code in {"cps_removed", "reader_unavailable"}:
            raise  # after any other refusal the free data can still be read, and the card object says what was refused


PRODUCT = {"name": "Python adapter", "version": "1.0", "vendor": "vitale-testbed", "language": "Python"}
serve({**PRODUCT, "capabilities": ["protected", "revocation", "api-before", "derived"]}, read)
