"""The fair requests of all domains, and what only a simulator can be brought to."""

from pinstripe_contracts.fair.tables import TABLES as FAIR
from tests.surface import unmade

TABLES = [*FAIR, unmade.TABLE]
