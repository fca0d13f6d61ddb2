"""What a rule refuses: the request is well formed, and the state of things does not allow it.

Each function is one sentence, each file the sentences about one noun. `[recorded]`, `[second-hand]` (quoted from live
answers by others) and `[inferred]` say how sure it is; sentences that begin with a lower-case "pinstripe" are its own.
"""

from pinstripe.resources.refusals.amounts import *
from pinstripe.resources.refusals.by_shape import *
from pinstripe.resources.refusals.captures import *
from pinstripe.resources.refusals.catalog import *
from pinstripe.resources.refusals.charges import *
from pinstripe.resources.refusals.checkout import *
from pinstripe.resources.refusals.connect import *
from pinstripe.resources.refusals.credit_notes import *
from pinstripe.resources.refusals.credits import *
from pinstripe.resources.refusals.discounts import *
from pinstripe.resources.refusals.entitlements import *
from pinstripe.resources.refusals.intents import *
from pinstripe.resources.refusals.invoices import *
from pinstripe.resources.refusals.meters import *
from pinstripe.resources.refusals.older import *
from pinstripe.resources.refusals.payments import *
from pinstripe.resources.refusals.portal import *
from pinstripe.resources.refusals.quotes import *
from pinstripe.resources.refusals.schedules import *
from pinstripe.resources.refusals.subscriptions import *
from pinstripe.resources.refusals.taxes import *
from pinstripe.resources.refusals.test_clocks import *
from pinstripe.resources.refusals.webhook_endpoints import *
