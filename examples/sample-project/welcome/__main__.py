"""`python -m welcome`: greet whoever's card is in the first PC/SC reader."""

import sys

from smartcard.Exceptions import CardConnectionException, NoCardException
from smartcard.System import readers

from welcome.card import CardError, read_identities


def main() -> int:
    """Greet; 0 when somebody was greeted, 1 when not."""
    found = readers()
    if not found:
        print("Aucun lecteur.", file=sys.stderr)
        return 1
    connection = found[0].createConnection()

    def send(command: bytes) -> bytes:
        data, sw1, sw2 = connection.transmit(list(command))
        return bytes([*data, sw1, sw2])

    try:
        connection.connect()
        insured = read_identities(send)[0]
    except NoCardException:
        print("Insérez votre carte Vitale.", file=sys.stderr)
        return 1
    except (CardConnectionException, CardError) as error:
        print(f"Carte illisible : {error}", file=sys.stderr)
        return 1
    print(f"Bonjour {insured.first_name} {insured.surname}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
