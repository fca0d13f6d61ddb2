"""What no request of the API can make: it is put into the world of a simulator."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.resources.discounts import discounts
from pinstripe.resources.discounts.discounts import Purchase
from pinstripe_contracts.fair.asker import Asker, Table
from pinstripe_contracts.fair.discounts import coupon
from tests.surface.driver import Driver


def discounted_customer(asker: Asker) -> Mapping[str, str]:
    """A customer with a discount of his own, which the newest API version cannot give any more."""
    assert isinstance(asker, Driver)
    id_, coupon_id = asker.make("customer"), coupon(asker)
    tx = asker.simulator.accounts.of(asker.key).world.transaction()
    customer = tx.read("customer", id_)
    discount = discounts.apply(tx, tx.read("coupon", coupon_id), None, Purchase(customer, "usd", tx.now()))
    tx.put(customer, discount=discount.id)
    tx.commit()
    return {"customer": id_}


def template(asker: Asker) -> str:
    """A template of invoices, which only the Dashboard makes."""
    assert isinstance(asker, Driver)
    tx = asker.simulator.accounts.of(asker.key).world.transaction()
    members = {
        "created": tx.now(),
        "livemode": False,
        "metadata": {},
        "nickname": None,
        "status": "active",
        "version": 1,
    }
    made = tx.new("invoice_rendering_template", members)
    tx.commit()
    return made.id


TABLE = Table(
    makers={"/v1/invoice_rendering_templates/{}": template},
    before={"DELETE /v1/customers/{customer}/discount": discounted_customer},
)
