"""What is refused about invoices and what goes on them."""

from __future__ import annotations

from pinstripe.errors import StripeError


def invoice_of_another_customer() -> StripeError:
    """Items go on the customer's own invoices. [inferred]"""
    return StripeError("The invoice must belong to the same customer as the invoice item.", param="invoice")


def invoice_not_editable() -> StripeError:
    """The lines of drafts change, and no others. [code documented; sentence second-hand; param inferred]"""
    sentence = "Invalid invoice: This invoice is no longer editable"
    return StripeError(sentence, code="invoice_not_editable", param="invoice")


def invoice_is_final(param: str) -> StripeError:
    """What a finalized invoice says stays said. [second-hand]"""
    return StripeError("Finalized invoices can't be updated in this way", param=param)


def invoice_does_not_advance(status: str) -> StripeError:
    """What is paid or given up goes nowhere by itself. [documented; sentence inferred]"""
    return StripeError(f"You cannot turn on `auto_advance` for an invoice that is {status}.", param="auto_advance")


def invoice_already_finalized() -> StripeError:
    """Finalizing works once. [second-hand]"""
    return StripeError("This invoice is already finalized, you can't re-finalize a non-draft invoice.")


def invoice_already_paid() -> StripeError:
    """Paying works once. [second-hand]"""
    return StripeError("Invoice is already paid")


def invoice_not_payable(status: str) -> StripeError:
    """Void invoices are not paid. [inferred]"""
    return StripeError(f"Invoices with the status {status} cannot be paid.")


def invoice_payment_processing() -> StripeError:
    """While money is on its way nobody is asked for it again. [inferred]"""
    return StripeError("This invoice cannot be paid while its payment is processing.")


def invoice_not_open() -> StripeError:
    """Only open invoices are given up. [second-hand]"""
    return StripeError("You can only pass in open invoices. This invoice isn't open.")


def invoice_already_given_up() -> StripeError:
    """Giving up works once. [second-hand]"""
    return StripeError("This invoice has already been marked uncollectible.")


def paid_invoice_not_voidable() -> StripeError:
    """What was paid is not undone by voiding. [second-hand]"""
    return StripeError("Invoices with `paid` payments cannot be voided.")


def invoice_not_deletable() -> StripeError:
    """Only drafts can be deleted. [second-hand]"""
    return StripeError("You can only delete draft invoices.")


def invoice_of_a_subscription_not_deletable() -> StripeError:
    """Nor those that a subscription has made. [documented; sentence inferred]"""
    return StripeError("You can only delete draft invoices that were not created by a subscription.")


def item_is_invoiced() -> StripeError:
    """An item on a finalized invoice stays, and so does one whose draft was deleted. [second-hand]"""
    return StripeError("Can't delete an invoice item that is attached to an invoice that is no longer editable")


def no_invoice_item(id_: str) -> StripeError:
    """404: an item in the path. [second-hand]"""
    return StripeError(
        f"No such Invoice Item: '{id_}'(livemode=false)", status=404, code="resource_missing", param="id"
    )


def item_is_gone() -> StripeError:
    """An item is gone with the draft it was on. [second-hand]"""
    return StripeError("This invoice item has been deleted.")


def amount_and_quantity(param: str) -> StripeError:
    """An amount is the whole line's. [second-hand]"""
    return StripeError("You may only specify one of these parameters: amount, quantity.", param=param)


def missing_email() -> StripeError:
    """An invoice that is sent needs somebody to send it to. [recorded]"""
    return StripeError(
        "Missing email. In order to create invoices that are sent to the customer, the customer must have a valid "
        "email."
    )


def needs_days_until_due() -> StripeError:
    """An invoice that is sent needs a day to be paid by. [recorded]"""
    return StripeError(
        "If invoice collection method is 'send_invoice', you must specify 'due_date' or 'days_until_due'."
    )


def due_without_sending() -> StripeError:
    """What is charged is due at once. [second-hand]"""
    return StripeError(
        "You can only specify 'due_date' or 'days_until_due' if invoice collection method is 'send_invoice'."
    )


def no_upcoming_invoice(customer: str) -> StripeError:
    """Nothing will be invoiced. [code documented, sentence inferred]"""
    return StripeError(f"No upcoming invoices for customer: {customer}", status=404, code="invoice_upcoming_none")


def preview_needs_someone() -> StripeError:
    """A preview of whom? [inferred from the older endpoint's recorded sentence]"""
    return StripeError("You must provide either a `customer` or a `subscription` to preview an invoice.")


def invoice_is_full(most: int, param: str) -> StripeError:
    """How many items a draft takes. [documented; sentence inferred]"""
    return StripeError(f"An invoice can have at most {most} items.", param=param)


def nothing_to_invoice(whose: str) -> StripeError:
    """No items wait, at a version that wants some. [second-hand of a customer; documented: the codes]"""
    return StripeError(f"Nothing to invoice for {whose}", code=f"invoice_no_{whose}_line_items")


def item_is_on_an_invoice(id_: str) -> StripeError:
    """An item goes on one invoice. [inferred]"""
    return StripeError(f"The invoice item {id_} is already attached to an invoice.", param="lines")


def proration_is_fixed() -> StripeError:
    """What a change came to is worked out and not said. [documented: `frozen_fields`; sentence inferred]"""
    return StripeError("The pricing and quantity of a proration invoice item cannot be updated.")


def proration_takes_no_discount() -> StripeError:
    """Discounts are in it already. [documented; sentence inferred]"""
    return StripeError("A proration invoice item cannot be discountable.", param="discountable")


def line_is_the_subscriptions() -> StripeError:
    """The lines of a subscription's items come with its periods. [inferred]"""
    return StripeError("You cannot remove a line that a subscription item made.", param="lines")


def not_sent_by_hand() -> StripeError:
    """What is charged is not sent. [inferred]"""
    return StripeError("You can only manually send an invoice if its collection method is 'send_invoice'.")


def not_sent_again() -> StripeError:
    """What is paid or given up is not sent. [second-hand for what is paid]"""
    return StripeError(
        "This invoice cannot be sent right now. Please contact us via https://support.stripe.com/contact with details, "
        "so we can help."
    )


def revision_needs_finalized(status: str) -> StripeError:
    """What is revised was issued and is not settled. [documented; sentence inferred]"""
    sentence = f"You can only revise open or uncollectible invoices, not one that is {status}."
    return StripeError(sentence, param="from_invoice")


def subscription_is_not_revised() -> StripeError:
    """A subscription goes on with what it has billed. [documented; sentence inferred]"""
    return StripeError("You cannot revise an invoice that a subscription has made.", param="from_invoice")


def payment_is_attached(kind: str) -> StripeError:
    """A payment pays one invoice. [inferred]"""
    return StripeError(f"This {_noun(kind)} is already attached to an invoice.", param=kind)


def payment_is_canceled() -> StripeError:
    """Nothing will come of it. [inferred]"""
    return StripeError("This PaymentIntent is canceled and cannot be attached to an invoice.", param="payment_intent")


def payment_of_another_customer(kind: str) -> StripeError:
    """A payment pays its own customer's invoice, in its currency. [documented; inferred: the sentence]"""
    return StripeError(f"The {_noun(kind)} must belong to the invoice's customer.", param=kind)


def _noun(kind: str) -> str:
    """A kind of object as sentences name it."""
    return kind.title().replace("_", "")
