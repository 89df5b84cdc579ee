"""Cards in a process of their own, as they are for a program under test.

    python -m benchmarks.card_process tcp specimen
    python -m benchmarks.card_process pcsc [--slots N] [--shared-network] specimen cps

It prints one line of JSON once the cards are there, and ends with its standard input.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
from threading import Thread

from benchmarks.cards import image
from emulator.image import build_card
from emulator.readers import PrivatePcscd
from reader_core.iso7816 import Card


def serve_bare(server: socket.socket, card: Card) -> None:
    """Answer one program: two bytes of length and a message each way, and nothing else."""
    peer, _ = server.accept()
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while message := peer.recv(0x10000):
        answer = card.transmit(message[2:])
        peer.sendall(len(answer).to_bytes(2) + answer)


def _say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)
    sys.stdin.read()


def main() -> None:
    """Hold the cards until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=("tcp", "pcsc"))
    parser.add_argument("images", nargs="+")
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--shared-network", action="store_true", help="leave the ports where other programs reach them")
    options = parser.parse_args()
    cards = [build_card(image(name)) for name in options.images]
    if options.way == "tcp":
        cards[0].power_on()
        with socket.create_server(("127.0.0.1", 0)) as server:
            Thread(target=serve_bare, args=(server, cards[0]), daemon=True).start()
            _say(processes=[os.getpid()], port=server.getsockname()[1])
    else:
        with PrivatePcscd(cards, slots=options.slots, isolated=not options.shared_network) as daemon:
            _say(
                processes=[os.getpid(), daemon.pid],
                environment=daemon.environment,
                readers=[slot.name for slot in daemon.slots],
                ports=[slot.port for slot in daemon.slots],
            )


if __name__ == "__main__":
    main()
