# A thousand calls a month are free, then each costs two cents. Usage counts once, however often it is sent, and also if
# it is late: until the invoice is final.

2027-01-31        plan calls meters api_calls: 1000 free, then 0.02 usd
                  customer ada, card visa
                  subscribe ada to calls
2027-02-10        usage ada 1500 as feb-10
                  usage ada 1500 as feb-10                  # the reply was lost, so the sender tries again
                  > refused 400: An event already exists with identifier feb-10
                  > used ada of api_calls 1500
                  > upcoming ada 10.00 USD = 500 x 0.02
2027-02-20        usage ada 100 on 2027-02-12               # late, but well inside the period
                  > used ada of api_calls 1600
2027-02-28        > invoice ada draft 12.00 USD = 600 x 0.02
+30min            usage ada 50 on 2027-02-27                # within the hour of grace, for the period that is over
                  usage ada 7                               # for the new period
+30min            > invoice ada paid 13.00 USD = 650 x 0.02
                  > lines ada 0.00, 13.00
2027-03-01        usage ada 400 on 2027-02-27               # too late for February's invoice, which is final
                  > invoice ada paid 13.00 USD = 650 x 0.02
2027-03-10        usage ada 5 on 2027-02-01                 # older than 35 days
                  > refused 400: The event timestamp cannot be more than 35 days in past
2027-03-31 +1h    > invoice ada paid 0.00 USD = 0           # 7 of 1000
