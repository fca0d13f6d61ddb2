"""One billing story, told by many releases of the official SDKs against one simulator. Not part of the test suite.

`python -m tests.sdks` makes an environment for each release in a cache folder (it needs the package registries, once),
starts a simulator on loopback, lets every SDK tell the story in its own style and at its own API version, and holds all
of them to the same amounts.
"""
