"""The control plane in typed Python: clocks, savepoints, faults, deliveries of one account of a simulator.

    control = Client("http://127.0.0.1:12111", "sk_test_123")     # a server
    control = Client(Simulator())                                 # a simulator in this process
    control.turn(control.now() + 86400)

Every method is one call under `/_pinstripe/`; what it answers is a frozen value. Raises ControlError where a call
cannot be carried out, with the sentence that says why.
"""

from pinstripe.control.client import Client
from pinstripe.control.redo import redo
from pinstripe.control.values import (
    Accounts,
    Attempt,
    Coverage,
    Delivery,
    OperationCount,
    Order,
    Snapshot,
    Unsupported,
)
from pinstripe.http.control import ControlError
from pinstripe.http.faults import Fault
from pinstripe.resources.misbehaviours import Misbehaviour

__all__ = [
    "Accounts",
    "Attempt",
    "Client",
    "ControlError",
    "Coverage",
    "Delivery",
    "Fault",
    "Misbehaviour",
    "OperationCount",
    "Order",
    "Snapshot",
    "Unsupported",
    "redo",
]
