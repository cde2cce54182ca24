"""The identity of the connection and that of the message together (mutual-tls section 5, workload-creds 5.3)."""

from typing import Any

from . import identifier, wic, wit
from .refusal import Refused, require
from .values import b64url_decode, data


def signed_by(token: bytes, message: bytes, signature: str, config: dict[str, Any]) -> identifier.Identifier:
    """The subject of a WIT, if the message is signed by its key."""
    verified = wit.Verifier(config).verify(token)
    raw = b64url_decode(signature.encode()) or b""
    require(verified.key.verifies(verified.key.algorithms[0], message, raw), "key.signature")
    return verified.subject


def authorize(given: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    transport = application = None
    if "chain" in given:
        transport = wic.verify([data(one) for one in given["chain"]], config, "client").identity
    if "message" in given:
        message = given["message"]
        application = signed_by(data(message["token"]), data(message["content"]), message["signature"], config)
    ((kind, policy),) = config["policy"].items()
    if kind != "either":
        require(transport is not None, "layers.transport_missing")
        require(application is not None, "layers.application_missing")
    if kind == "same":
        require(transport == application, "layers.different")
    permitted = policy if kind == "both" else {"transport": policy, "application": policy}
    caller = None
    for layer, identity in (("transport", transport), ("application", application)):
        if identity is not None:
            allowed = identifier.permitted(identity, permitted[layer], identifier.policy_of(None))
            code = "application" if kind == "same" else layer
            require(allowed, f"layers.{code}_not_permitted")
            caller = {"caller": str(identity), "layer": layer}
    if caller is None:
        raise Refused("", "nobody has shown who is calling")
    seen = {"transport": transport, "application": application}
    return caller | {layer: None if identity is None else str(identity) for layer, identity in seen.items()}
