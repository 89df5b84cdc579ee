"""`python -m vitale_testbed` is the command `vitale`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- any interpreter may be told to run a checkout; pip would have refused it
    sys.stderr.write("vitale: needs Python 3.11 or later; this is %d.%d\n" % sys.version_info[:2])  # noqa: UP031 -- older syntax
    sys.stderr.write("Next: apt-get install python3.11 python3.11-venv\n")
    sys.exit(2)

from vitale_testbed.main import main

if __name__ == "__main__":
    main()
