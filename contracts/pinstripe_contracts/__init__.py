"""What Stripe promises, as data: operations, params, object shapes and event types of one API version.

Derived from Stripe's official SDKs by `pinstripe_contracts.derive`; looked up without reading more than is asked for.
"""

from pinstripe_contracts.lookup import (
    Contract,
    Operation,
    contract,
    event_types,
    match,
    object_names,
    operations,
    parse,
    path_known,
    shape,
    thin_event_types,
)
from pinstripe_contracts.types import (
    AnyOf,
    Enum,
    Expandable,
    Field,
    Hash,
    ListOf,
    MapOf,
    Nullable,
    ObjectRef,
    Page,
    Scalar,
    Type,
    Unsettable,
)

__all__ = [
    "AnyOf",
    "Contract",
    "Enum",
    "Expandable",
    "Field",
    "Hash",
    "ListOf",
    "MapOf",
    "Nullable",
    "ObjectRef",
    "Operation",
    "Page",
    "Scalar",
    "Type",
    "Unsettable",
    "contract",
    "event_types",
    "match",
    "object_names",
    "operations",
    "parse",
    "path_known",
    "shape",
    "thin_event_types",
]
