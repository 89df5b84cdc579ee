"""The `builtin` product: the project's own reader core, tested like any other."""

from base64 import b64encode
from datetime import date
from importlib.metadata import version

from conformance.products import ProductSetup
from conformance.protocol import Answer, Description, ErrorBody, ReadRequest
from reader_core import Reader, ReadingError, TrustStore, card_object
from reader_core.errors import ErrorCode
from reader_core.formats.registry import EXPORTS, export
from reader_core.iso7816 import Connection

NAME = "vitale-testbed reader core"


class BuiltinReader:
    """The reader core behind the adapter protocol. It keeps nothing from one reading to the next.

    Args:
        name: What reports call it; another where a defect stands around it.
    """

    def __init__(self, name: str = NAME) -> None:
        self._name = name

    def describe(self) -> Description:
        """Name the reader core and what it can do."""
        return Description(
            name=self._name,
            version=version("vitale-testbed"),
            vendor="vitale-testbed",
            language="Python",
            capabilities=("protected", "revocation", "api-before", "derived", *EXPORTS),
        )

    def read(self, request: ReadRequest) -> Answer:
        """Read through the reader names of the request."""
        return self._read(request, request.vitale, request.cps)

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        """Read through connections of this process; the names in the request are for messages only."""
        return self._read(request, vitale, cps)

    def stop(self) -> None:
        """Nothing was started, so nothing is stopped."""

    def _read(self, request: ReadRequest, vitale: Connection | str, cps: Connection | str | None) -> Answer:
        api = request.api
        if api not in {"before", "4.10"}:
            return _refusal(request, "bad_request", f"api {api!r}: this reader knows `before` and `4.10`")
        try:
            trust = TrustStore.from_files(request.trust.roots, request.trust.crls)
            with Reader.open(vitale, cps, trust) as reader:
                if cps is not None and request.pin is not None:
                    present_pin(reader, request.pin)
                reading = reader.read_vitale(date.fromisoformat(request.on), "before" if api == "before" else "4.10")
        except ReadingError as error:
            return _refusal(request, error.code, error.message_fr)
        except (OSError, ValueError) as error:
            return _refusal(request, "bad_request", str(error))
        exports = {name: b64encode(made).decode() for name, made in export(reading, request.formats).items()}
        return Answer(id=request.id, card=card_object(reading), exports=exports)


def _refusal(request: ReadRequest, code: str, message: str) -> Answer:
    return Answer(id=request.id, error=ErrorBody(code=str(code), message=message))


def present_pin(reader: Reader, pin: str) -> ReadingError | None:
    """Present a PIN; a refusal is returned, since the reader remembers it and still reads the free data.

    Raises:
        ReadingError: the card was taken out, or the reader is gone.
    """
    try:
        reader.verify_pin(pin)
    except ReadingError as error:
        if error.code in {ErrorCode.CPS_REMOVED, ErrorCode.READER_UNAVAILABLE}:
            raise
        return error
    return None


def create(setup: ProductSetup) -> BuiltinReader:
    """Make the product; the factory the runner imports as `vitale_testbed.builtin:create`."""
    del setup
    return BuiltinReader()
