"""Early fraud warnings: an issuer has told the network that a payment may be fraud."""

from __future__ import annotations

from pinstripe.world import Object, Transaction

KIND = "radar.early_fraud_warning"


def send(tx: Transaction, charge: Object) -> None:
    """Warn of a charge. [documented; the kind of fraud a documented sample]"""
    members = {"actionable": True, "charge": charge.id, "created": tx.now(), "fraud_type": "misc", "livemode": False}
    if charge["payment_intent"] is not None:
        members["payment_intent"] = charge["payment_intent"]
    tx.emit(f"{KIND}.created", tx.new(KIND, members))


def settled(tx: Transaction, charge: Object) -> None:
    """Nothing is left to be done about a charge that has been refunded whole, or disputed. [documented]"""
    if not (charge["refunded"] or charge["disputed"]):
        return
    for warning in tx.find(KIND, "charge", charge.id):
        if warning["actionable"]:
            tx.emit(f"{KIND}.updated", tx.put(warning, actionable=False), before=warning)
