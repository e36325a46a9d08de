"""What python-stdnum says of the numbers on standard input, one `valid` or `invalid` per line."""

import sys

from stdnum.ec import ci, ruc

module = {"cedula": ci, "ruc": ruc}[sys.argv[1]]
for line in sys.stdin:
    print("valid" if module.is_valid(line.rstrip("\n")) else "invalid")
