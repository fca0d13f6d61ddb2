"""What is wrong with a request itself, whatever the state of things: its caller, its URL, its form, what it names.

One class carries the refusal; the functions are the table, in the order in which Stripe looks: each makes one kind of
error with Stripe's own sentence. `[recorded]`, `[documented]`, `[second-hand]` (quoted from live answers by others) and
`[inferred]` say how sure the sentence is. What a rule refuses because of the state of things is the table
`pinstripe.resources.refusals`. A bug of our own is an assertion, and reaches the caller as a 500 that says so.
"""

from pinstripe.errors.envelope import *
from pinstripe.errors.parameters import *
from pinstripe.errors.request import *
