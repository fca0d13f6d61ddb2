"""The customer of a preview, as `customer_details` would have him: known only to the scratch transaction."""

from __future__ import annotations

from pinstripe.resources.customers import customers, tax_ids
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call
from pinstripe.world import Object, Transaction


def nobody(tx: Transaction) -> Object:
    """A customer of whom nothing is known yet."""
    asked = Call("POST /v1/customers", "/v1/customers", {}, Params({}), tx)
    made = customers.create(asked)
    assert isinstance(made, Object)
    return made


def adjusted(tx: Transaction, call: Call, customer: Object) -> Object:
    """The customer with another address, exemption or tax ids; what is not said stays. [documented]"""
    given = call.params.hash("customer_details")
    if not given:
        return customer
    changes = given.pick("address", "shipping", "tax_exempt")
    if "tax_exempt" in changes and changes["tax_exempt"] is None:
        changes["tax_exempt"] = "none"
    if "tax" in given:
        given.hash("tax").get("ip_address")  # nobody can tell from it where somebody is
    after = tx.put(customer, **changes)
    if "tax_ids" in given:
        for known in tx.find("tax_id", "customer", customer.id):
            tx.delete(known)
        tax_ids.given(tx, given.hashes("tax_ids"), after)
    return after
