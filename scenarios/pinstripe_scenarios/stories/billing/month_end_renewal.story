# A subscription that begins on the last day of a long month renews on the last day of every month.

2027-01-31        plan pro 20.00 usd a month
                  customer ada, card visa
                  subscribe ada to pro
                  > invoice ada paid 20.00 USD = 20
                  > subscription ada active until 2027-02-28
                  > events invoice.* created finalized paid payment_succeeded
2027-02-28        > invoice ada draft 20.00 USD             # the hour of grace
                  > subscription ada active until 2027-03-31
                  > events invoice.* upcoming created
+1h               > invoice ada paid 20.00 USD = 20
                  > events invoice.* updated finalized updated paid payment_succeeded
2027-03-31 13:00  > invoice ada paid 20.00 USD = 20
                  > subscription ada active until 2027-04-30
