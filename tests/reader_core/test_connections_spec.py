"""From a reader's name to a connection."""

import pytest

from reader_core.connections import PcscConnection, SocketConnection, open_connection
from reader_core.iso7816 import CardAbsentError, Connection, ReaderUnavailableError


@pytest.mark.parametrize(
    ("spec", "kind", "name"),
    [
        ("socket:127.0.0.1:9000", SocketConnection, "socket:127.0.0.1:9000"),
        ("socket:localhost:65535", SocketConnection, "socket:localhost:65535"),
        ("socket:[::1]:9000", SocketConnection, "socket:[::1]:9000"),
        ("pcsc:Virtual PCD 00 00", PcscConnection, "Virtual PCD 00 00"),
        ("Virtual PCD 00 00", PcscConnection, "Virtual PCD 00 00"),
        ("Vendor: Reader 2000 [CCID] 00 01", PcscConnection, "Vendor: Reader 2000 [CCID] 00 01"),
        ("pcsc:socket:1", PcscConnection, "socket:1"),
    ],
)
def test_a_spec_names_one_kind_of_reader(spec: str, kind: type, name: str) -> None:
    connection = open_connection(spec)
    assert type(connection) is kind
    assert isinstance(connection, Connection)
    assert connection.name == name
    connection.close()


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("", "names no reader"),
        ("pcsc:", "names no reader"),
        ("  ", "names no reader"),
        ("socket:", "write socket:HOST:PORT"),
        ("socket:9000", "write socket:HOST:PORT"),
        ("socket:127.0.0.1", "write socket:HOST:PORT"),
        ("socket:127.0.0.1:", "write socket:HOST:PORT"),
        ("socket:127.0.0.1:0", "write socket:HOST:PORT"),
        ("socket:127.0.0.1:65536", "write socket:HOST:PORT"),
        ("socket:127.0.0.1:http", "write socket:HOST:PORT"),
    ],
)
def test_a_spec_that_names_nothing_is_refused_with_an_example(spec: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        open_connection(spec)


@pytest.mark.parametrize("spec", ["socket:127.0.0.1:9000", "Virtual PCD 00 00"])
def test_nothing_is_touched_before_power_on_and_nothing_works_after_close(spec: str) -> None:
    connection = open_connection(spec)
    with pytest.raises(CardAbsentError, match="no card was powered"):
        connection.transmit(b"\x00\xa4\x00\x0c")
    with pytest.raises(CardAbsentError, match="no card was powered"):
        connection.reset()
    connection.close()
    connection.close()
    for call in (connection.power_on, connection.reset, lambda: connection.transmit(b"\x00\xa4\x00\x0c")):
        with pytest.raises(ReaderUnavailableError, match="the connection is closed"):
            call()
