"""Stripe's billing arithmetic as pure functions: values in, values out.

Nothing here knows a store, a clock or a request; the same arguments always give the same answer. Timestamps are whole
unix seconds in UTC, amounts are whole minor units (`int`), unit prices and quantities are `Decimal`, and everything in
between is an exact `Fraction` until the one place where it is rounded, which is named in `money`.

| module | the question it answers |
|---|---|
| `money` | how is an amount rounded, printed, and what is too little to charge |
| `periods` | when does a billing period start and end |
| `pricing` | what do so many units cost, line by line |
| `proration` | what is a part of a period worth |
| `usage` | what is the quantity of a metered price |
| `tallies` | the same, without reading every event again |
| `wording` | what does Stripe write on the line |
| `totals` | what is due once the customer's balance is counted |
| `dunning` | when is a failed payment tried again |

Every rule says how it is known: `[documented]` by Stripe, `[recorded]` in a real answer, or `[inferred]`.
"""
