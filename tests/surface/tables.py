"""The tables of all domains."""

from tests.surface import core, money_movement

TABLES = [core.TABLE, money_movement.TABLE]
