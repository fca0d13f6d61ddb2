"""What the operations of top-ups, transfers and payouts need."""

from tests.surface.driver import Table

TABLE = Table(requests={"POST /v1/topups": {"amount": 1000, "currency": "usd"}})
