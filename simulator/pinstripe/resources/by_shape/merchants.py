"""Merchants of Issuing authorizations: their category codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pinstripe import errors
from pinstripe.resources.resource import Call

EXAMPLE: Final[Mapping[str, Any]] = {
    "category": "taxicabs_limousines",
    "city": "San Francisco",
    "country": "US",
    "name": "Rocket Rides",
    "network_id": "1234567890",
    "postal_code": "94107",
    "state": "CA",
}
"""The merchant of a test authorization that names none. [documented: the API reference's example of just that]"""

CODES: Final[Mapping[str, str]] = {
    "ac_refrigeration_repair": "7623",
    "accounting_bookkeeping_services": "8931",
    "advertising_services": "7311",
    "airlines_air_carriers": "4511",
    "automated_cash_disburse": "6011",
    "automated_fuel_dispensers": "5542",
    "bakeries": "5462",
    "barber_and_beauty_shops": "7230",
    "betting_casino_gambling": "7995",
    "bicycle_shops": "5940",
    "book_stores": "5942",
    "bus_lines": "4131",
    "car_rental_agencies": "7512",
    "car_washes": "7542",
    "caterers": "5811",
    "commuter_transport_and_ferries": "4111",
    "computer_network_services": "4816",
    "computer_programming": "7372",
    "computer_software_stores": "5734",
    "courier_services": "4215",
    "cruise_lines": "4411",
    "department_stores": "5311",
    "digital_goods_applications": "5817",
    "digital_goods_games": "5816",
    "digital_goods_large_volume": "5818",
    "digital_goods_media": "5815",
    "discount_stores": "5310",
    "drinking_places": "5813",
    "drug_stores_and_pharmacies": "5912",
    "dry_cleaners": "7216",
    "duty_free_stores": "5309",
    "eating_places_restaurants": "5812",
    "electronics_stores": "5732",
    "family_clothing_stores": "5651",
    "fast_food_restaurants": "5814",
    "florists": "5992",
    "grocery_stores_supermarkets": "5411",
    "hardware_stores": "5251",
    "hospitals": "8062",
    "hotels_motels_and_resorts": "7011",
    "legal_services_attorneys": "8111",
    "motion_picture_theaters": "7832",
    "package_stores_beer_wine_and_liquor": "5921",
    "parking_lots_garages": "7523",
    "passenger_railways": "4112",
    "pawn_shops": "5933",
    "professional_services": "8999",
    "service_stations": "5541",
    "shoe_stores": "5661",
    "sporting_goods_stores": "5941",
    "taxicabs_limousines": "4121",
    "telecommunication_services": "4814",
    "theatrical_ticket_agencies": "7922",
    "tolls_bridge_fees": "4784",
    "travel_agencies_tour_operators": "4722",
    "utilities": "4900",
    "variety_stores": "5331",
    "wholesale_clubs": "5300",
}
"""The card networks' code of each category; the other categories are refused. [documented: ISO 18245]"""


def merchant(call: Call, said: Mapping[str, Any] | None) -> dict[str, Any]:
    """A merchant as it was described, over the example, with its category's code."""
    shown = {**EXAMPLE, **(said or {})}
    code = CODES.get(shown["category"])
    if code is None:
        raise errors.unsupported_parameter(
            call.operation, "merchant_data[category]", f" with the value {shown['category']}"
        )
    return {**shown, "category_code": code}
