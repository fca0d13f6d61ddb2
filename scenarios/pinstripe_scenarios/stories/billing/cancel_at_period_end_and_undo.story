# Who cancels has paid until the end of the period, may change their mind before it, and is gone after it.

2027-01-31        plan pro 20.00 usd a month
                  customer ada, card visa
                  subscribe ada to pro
                  > events customer.subscription.* created
2027-02-10        cancel ada at period end
                  > subscription ada active until 2027-02-28, then ends
2027-02-20        resume ada
                  > subscription ada active until 2027-02-28
2027-02-28 +1h    > invoice ada paid 20.00 USD = 20         # renewed after all
                  > subscription ada active until 2027-03-31
2027-03-15        cancel ada at period end
                  > subscription ada active until 2027-03-31, then ends
                  > access ada yes (active)
2027-03-31 +1h    > subscription ada canceled
                  > access ada no (canceled)
                  > invoice ada paid 20.00 USD = 20         # still that of February
                  > events customer.subscription.* updated updated updated updated deleted
                  resume ada
                  > refused 400 invalid_canceled_subscription_fields: A canceled subscription can only update its cancellation_details and metadata
