# Access stays while a failed payment is tried again, and ends with the last try. Ada's card recovers, bob's does not.

2027-01-10        plan pro 20.00 usd a month
                  customer ada, card visa
                  customer bob, card visa
                  subscribe ada to pro
                  subscribe bob to pro
                  card ada chargeCustomerFail
                  card bob chargeCustomerFail
                  > access ada yes (active)
                  > access bob yes (active)
2027-02-10 +1h    > access ada yes (past_due)
                  > access bob yes (past_due)
2027-02-12        card ada visa
                  pay ada
                  > invoice ada paid 20.00 USD = 20
                  > access ada yes (active)
                  > access bob yes (past_due)
2027-02-24        > access bob yes (past_due)
+1h               > access bob no (canceled)
                  > invoice bob open 20.00 USD, 9 tries
                  > events customer.subscription.* created created updated updated updated updated updated deleted
