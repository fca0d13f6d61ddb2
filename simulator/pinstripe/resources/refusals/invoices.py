"""What is refused about invoices and what goes on them."""

from __future__ import annotations

from pinstripe.errors import StripeError


def invoice_of_another_customer() -> StripeError:
    """Items go on the customer's own invoices. [inferred]"""
    return StripeError("The invoice must belong to the same customer as the invoice item.", param="invoice")


def invoice_not_editable() -> StripeError:
    """Only drafts change. [code documented, sentence inferred]"""
    return StripeError("This invoice is no longer editable", code="invoice_not_editable", param="invoice")


def invoice_already_finalized() -> StripeError:
    """Finalizing works once. [second-hand]"""
    return StripeError(
        "This invoice is already finalized, you can't re-finalize a non-draft invoice.", code="invoice_not_editable"
    )


def invoice_already_paid() -> StripeError:
    """Paying works once. [inferred]"""
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


def invoice_not_deletable() -> StripeError:
    """Only one-off drafts can be deleted. [documented; sentence inferred]"""
    return StripeError("You can only delete draft invoices that were not created by a subscription.")


def item_is_invoiced() -> StripeError:
    """An item on a finalized invoice stays. [inferred]"""
    return StripeError("Invoice items that are attached to a finalized invoice cannot be deleted.")


def amount_and_quantity() -> StripeError:
    """An amount is the whole line's. [inferred]"""
    return StripeError(
        "`amount` cannot be combined with `quantity`; use `unit_amount_decimal` instead.", param="amount"
    )


def missing_email() -> StripeError:
    """An invoice that is sent needs somebody to send it to. [recorded]"""
    return StripeError(
        "Missing email. In order to create invoices that are sent to the customer, the customer must have a valid "
        "email."
    )


def needs_days_until_due() -> StripeError:
    """An invoice that is sent needs a day to be paid by. [second-hand]"""
    return StripeError("If `collection_method=send_invoice`, you must specify `days_until_due` or `due_date`.")


def no_upcoming_invoice(customer: str) -> StripeError:
    """Nothing will be invoiced. [code documented, sentence inferred]"""
    return StripeError(f"No upcoming invoices for customer: {customer}", status=404, code="invoice_upcoming_none")


def preview_needs_someone() -> StripeError:
    """A preview of whom? [inferred from the older endpoint's recorded sentence]"""
    return StripeError("You must provide either a `customer` or a `subscription` to preview an invoice.")


def item_is_on_an_invoice(id_: str) -> StripeError:
    """An item goes on one invoice. [inferred]"""
    return StripeError(f"The invoice item {id_} is already attached to an invoice.", param="lines")


def proration_is_fixed() -> StripeError:
    """What a change came to is worked out and not said. [documented: `frozen_fields`; sentence inferred]"""
    return StripeError("The pricing and quantity of a proration invoice item cannot be updated.")


def line_is_the_subscriptions() -> StripeError:
    """The lines of a subscription's items come with its periods. [inferred]"""
    return StripeError("You cannot remove a line that a subscription item made.", param="lines")


def not_sent_by_hand() -> StripeError:
    """What is charged is not sent. [inferred]"""
    return StripeError("You can only manually send an invoice if its collection method is 'send_invoice'.")


def revision_needs_finalized(status: str) -> StripeError:
    """What is revised was issued. [documented; sentence inferred]"""
    return StripeError(f"You can only revise open or paid invoices, not one that is {status}.", param="from_invoice")


def payment_is_attached() -> StripeError:
    """A payment pays one invoice. [inferred]"""
    return StripeError("This PaymentIntent is already attached to an invoice.", param="payment_intent")


def payment_of_another_customer() -> StripeError:
    """A payment pays its own customer's invoice. [inferred]"""
    return StripeError("The PaymentIntent must belong to the invoice's customer.", param="payment_intent")
