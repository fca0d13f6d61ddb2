# The card is declined at the renewal. Before the tries are used up there is another card, and the next try succeeds.

2027-01-10        plan pro 20.00 usd a month
                  customer ada, card visa
                  subscribe ada to pro
                  > invoice ada paid 20.00 USD = 20
                  card ada chargeCustomerFail
2027-02-10 +1h    > invoice ada open 20.00 USD, 1 try
                  > subscription ada past_due until 2027-03-10
                  > events charge.* succeeded failed
2027-02-11 +1h    > invoice ada open 20.00 USD, 2 tries     # the first of eight tries, a day later
                  card ada visa
2027-02-13 +1h    > invoice ada paid 20.00 USD = 20         # the second
                  > subscription ada active until 2027-03-10
                  > events charge.* failed succeeded
