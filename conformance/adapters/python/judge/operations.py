"""The operations of the protocol: input and configuration of a case to outputs, or a refusal."""

from collections.abc import Callable
from typing import Any

from . import anchors, handle, identifier, jwk, jws, wit
from .refusal import Refused, Skipped, require
from .values import data, json_object, shown

Values = dict[str, Any]
Operation = Callable[[Values, Values], Values]

REVISIONS: dict[str, list[str]] = {}
FEATURES = ["ES256", "ES384", "ES512", "Ed25519", "EdDSA", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]


def identifier_parse(given: Values, config: Values) -> Values:
    parsed = identifier.parse(data(given["identifier"]), identifier.policy_of(config.get("policy")))
    return {
        "scheme": parsed.origin.scheme,
        "trust_domain": parsed.origin.trust_domain,
        "path": parsed.path,
        "origin": str(parsed.origin),
        "display": str(parsed),
    }


def origin_parse(given: Values, config: Values) -> Values:
    origin = identifier.parse_origin(data(given["origin"]), identifier.policy_of(config.get("policy")))
    return {"scheme": origin.scheme, "trust_domain": origin.trust_domain, "display": str(origin)}


def identifier_compare(given: Values, config: Values) -> Values:
    policy = identifier.policy_of(config.get("policy"))
    left, right = (identifier.parse(data(given[name]), policy) for name in ("a", "b"))
    if left != right:
        # Whether `%2f` beside `%2F` is malformed or merely another text is not said: refused, without a code.
        same = identifier.upper_triplets(str(left)) == identifier.upper_triplets(str(right))
        raise Refused("" if same else "identifier.not_equal", "not equal byte for byte")
    return {}


def identifier_match(given: Values, config: Values) -> Values:
    policy = identifier.policy_of(config.get("policy"))
    parsed = identifier.parse(data(given["identifier"]), policy)
    require(identifier.permitted(parsed, config, policy), "authorization.not_permitted")
    return {}


def handle_lookup(given: Values, config: Values) -> Values:
    return {"identifier": handle.lookup(given["handle"], config["table"])}


def jwk_parse(given: Values, config: Values) -> Values:
    try:
        members = json_object(data(given["jwk"]), "key")
    except Refused as refusal:
        raise Refused("key.json", refusal.code) from refusal
    key = jwk.public_key(members, "key.", need_alg=config["purpose"] == "confirmation")
    return {"algorithms": key.algorithms, "thumbprint": key.thumbprint, "kid": key.kid}


def jwk_thumbprint(given: Values, config: Values) -> Values:
    key = jwk.public_key(json_object(data(given["jwk"]), "key"), "key.", need_alg=False)
    return {"thumbprint": key.thumbprint}


def bundle_parse(given: Values, config: Values) -> Values:
    bundle = anchors.parse_bundle(data(given["document"]), config["form"])
    return {
        "keys": len(bundle.keys),
        "kids": [key.kid for key in bundle.keys],
        "skipped": bundle.skipped,
        "refresh_hint": bundle.refresh_hint,
        "sequence": bundle.sequence,
    }


def anchors_load(given: Values, config: Values) -> Values:
    return {"origins": sorted(anchors.load(config["anchors"], config.get("allow_shared_keys", False)))}


def jws_verify(given: Values, config: Values) -> Values:
    return {"payload": shown(jws.verify(data(given["jws"]), config["key"], config["algorithms"]))}


def wit_verify(given: Values, config: Values) -> Values:
    return wit.Verifier(config).verify(data(given["token"])).outputs()


def wit_field(given: Values, config: Values) -> Values:
    value = wit.field_value([data(line) for line in given["lines"]])
    return wit.Verifier(config).verify(value).outputs()


OPERATIONS: dict[str, Operation] = {
    "identifier.parse": identifier_parse,
    "origin.parse": origin_parse,
    "identifier.compare": identifier_compare,
    "identifier.match": identifier_match,
    "handle.lookup": handle_lookup,
    "jwk.parse": jwk_parse,
    "jwk.thumbprint": jwk_thumbprint,
    "bundle.parse": bundle_parse,
    "anchors.load": anchors_load,
    "jws.verify": jws_verify,
    "wit.verify": wit_verify,
    "wit.field": wit_field,
}


def run(operation: str, given: Values, config: Values) -> Values:
    function = OPERATIONS.get(operation)
    if function is None:
        raise Skipped(f"{operation} is not judged here")
    return function(given, config)
