# In the middle of a period of 28 days the plan doubles: half of the old one is given back, half of the new one is owed.
# Both wait for the renewal.

2027-02-01        plan pro 20.00 usd a month
                  plan team 40.00 usd a month
                  customer ada, card visa
                  subscribe ada to pro
                  > invoice ada paid 20.00 USD = 20
2027-02-15        change ada to team
                  > subscription ada active until 2027-03-01
                  > upcoming ada 50.00 USD = 40 - 20 x 14/28 + 40 x 14/28
                  > events invoiceitem.* created created
2027-03-01 +1h    > invoice ada paid 50.00 USD = 40 - 20 x 14/28 + 40 x 14/28
                  > lines ada -10.00, 20.00, 40.00
2027-04-01 +1h    > invoice ada paid 40.00 USD = 40
