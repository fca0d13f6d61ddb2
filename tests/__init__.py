"""The tests of pinstripe; a package, so that what they share is an ordinary import."""
