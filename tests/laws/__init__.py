"""What holds whatever happens: each law is tried on random lives of an account.

A life is a list of commands, drawn by Hypothesis: customers and subscriptions first, then anything that is modelled
(`life.py` what there is on every day, `spans.py` terms, pauses and schedules, `sales.py` quotes, Checkout and links,
`bills.py` invoices and corrections). `lives.py` and `turns.py` say how they are drawn, and hold two long lives in
which everything happens that random ones may miss.

A run of the suite tries a seeded part, which is always the same. `pytest tests/laws/test_hunt.py --lives 10000` draws
fresh lives and holds each of them to all laws at once, at about three lives a second.
"""
