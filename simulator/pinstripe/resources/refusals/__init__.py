"""What a rule refuses: the request is well formed, and the state of things does not allow it.

Each function is one sentence, each file the sentences about one noun. `[recorded]`, `[second-hand]` (quoted from live
answers by others) and `[inferred]` say how sure it is; sentences that begin with a lower-case "pinstripe" are its own.
"""

from pinstripe.resources.refusals.by_shape import *  # noqa: F403 - one table in eight files
from pinstripe.resources.refusals.catalog import *  # noqa: F403
from pinstripe.resources.refusals.charges import *  # noqa: F403
from pinstripe.resources.refusals.checkout import *  # noqa: F403
from pinstripe.resources.refusals.credit_notes import *  # noqa: F403
from pinstripe.resources.refusals.credits import *  # noqa: F403
from pinstripe.resources.refusals.discounts import *  # noqa: F403
from pinstripe.resources.refusals.entitlements import *  # noqa: F403
from pinstripe.resources.refusals.intents import *  # noqa: F403
from pinstripe.resources.refusals.invoices import *  # noqa: F403
from pinstripe.resources.refusals.meters import *  # noqa: F403
from pinstripe.resources.refusals.older import *  # noqa: F403
from pinstripe.resources.refusals.payments import *  # noqa: F403
from pinstripe.resources.refusals.portal import *  # noqa: F403
from pinstripe.resources.refusals.quotes import *  # noqa: F403
from pinstripe.resources.refusals.schedules import *  # noqa: F403
from pinstripe.resources.refusals.subscriptions import *  # noqa: F403
from pinstripe.resources.refusals.taxes import *  # noqa: F403
from pinstripe.resources.refusals.test_clocks import *  # noqa: F403
from pinstripe.resources.refusals.webhook_endpoints import *  # noqa: F403
