"""`python -m pinstripe` is the same as `pinstripe`."""

from pinstripe.cli import main

main()
