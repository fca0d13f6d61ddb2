"""Where a test's Stripe is: in this process, behind a socket of this machine, or Stripe's own test mode."""

from __future__ import annotations

from pinstripe_scenarios.backends.backend import Backend
from pinstripe_scenarios.backends.fake import FakeBackend
from pinstripe_scenarios.backends.http import HTTPBackend
from pinstripe_scenarios.backends.testmode import TestModeBackend

__all__ = ["Backend", "FakeBackend", "HTTPBackend", "TestModeBackend"]
