"""`python -m vitale_testbed` is the command `vitale`."""

from vitale_testbed.main import main

if __name__ == "__main__":
    main()
