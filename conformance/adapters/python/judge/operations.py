"""The operations of the protocol: input and configuration of a case to outputs, or a refusal."""

from collections.abc import Callable
from typing import Any

from . import anchors, handle, holder, http_head, identifier, issuer, jwk, jws, layers, wic, wic_issuer, wit, wpt
from .refusal import Refused, Skipped, require
from .values import data, json_object, plain, shown

Values = dict[str, Any]
Operation = Callable[[Values, Values], Values]
Stateful = Callable[[wpt.Recipient, Values, Values], Values]

FEATURES = [
    *jwk.SIGNATURE,
    *("canonical-identifiers", "baseline-identifiers", "generic-identifiers", "spiffe-bundle", "wit-svid"),
]


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


def jws_sign(given: Values, config: Values) -> Values:
    private = config["key"]
    trusted = jwk.public_key(jwk.public_part(private), "key.", need_alg=True)
    algorithm = trusted.algorithms[0]
    header = {"alg": algorithm} | config.get("header", {})
    jws.require_header(header, "jws")
    require(header["alg"] == algorithm, "jws.alg_mismatch", "not that of the key")
    token = jws.sign(header, data(given["payload"]), private)
    made = jws.parse(token.encode(), "jws", empty_parts=True)
    valid = trusted.verifies(algorithm, made.signing_input, made.signature)
    return {"jws": token, "header": plain(made.header), "signature_valid": valid}


def wit_verify(given: Values, config: Values) -> Values:
    return wit.Verifier(config).verify(data(given["token"])).outputs()


def wit_field(given: Values, config: Values) -> Values:
    value = http_head.wit_value([http_head.field_line(data(line)) for line in given["lines"]])
    return wit.Verifier(config).verify(value).outputs()


def wit_issue(given: Values, config: Values) -> Values:
    return issuer.issue(given["request"], config)


def peer_authorize(given: Values, config: Values) -> Values:
    policy = identifier.policy_of(config.get("identifiers"))
    peer = layers.signed_by(data(given["token"]), data(given["message"]), given["signature"], config)
    require(identifier.permitted(peer, config, policy), "authorization.not_permitted")
    return {"peer": str(peer)}


def wpt_verify(recipient: wpt.Recipient, given: Values, config: Values) -> Values:
    return recipient.request(data(given["request"]), config).outputs()


def wpt_authorize(recipient: wpt.Recipient, given: Values, config: Values) -> Values:
    accepted = recipient.request(data(given["request"]), config)
    subject = accepted.identity.subject
    require(identifier.permitted(subject, config, identifier.policy_of(None)), "authorization.not_permitted")
    return accepted.outputs()


def wpt_message(recipient: wpt.Recipient, given: Values, config: Values) -> Values:
    tokens = {name: [data(value)] for name, value in given.get("context", {}).items()}
    names = config.get("context_fields")
    txn_token = [data(given["txn_token"])] if "txn_token" in given else []
    context = wpt.Context(txn_token, tokens, list(tokens) if names is None else names)
    return recipient.message(given, context, config).outputs()


def wpt_answer(recipient: wpt.Recipient, given: Values, config: Values) -> Values:
    """The status and the challenge (section 2.1, RFC 9110 section 11.6.1); bodies are not written here."""
    request = data(given["request"])
    http_head.parse(request)
    if config.get("sent_before"):
        recipient.request(request, config)
    try:
        recipient.request(request, config)
    except Refused as refusal:
        cause = {"cause": refusal.code} if refusal.code else {}
        if refusal.code.startswith("replay."):
            return {"status": 503} | cause  # RFC 9110 section 15.6.4
        return {"status": 401, "headers": {"www-authenticate": "WPT"}} | cause
    raise ValueError("the request is accepted")


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
    "jws.sign": jws_sign,
    "wit.verify": wit_verify,
    "wit.field": wit_field,
    "wit.issue": wit_issue,
    "credential.sign": holder.credential_sign,
    "peer.authorize": peer_authorize,
    "wic.verify": wic.wic_verify,
    "wic.credential": wic.wic_credential,
    "wic.issue": wic_issuer.issue,
    "chain.verify": wic.chain_verify,
    "layers.authorize": layers.authorize,
    "wpt.create": holder.create,
}

STATEFUL: dict[str, Stateful] = {
    "wpt.verify": wpt_verify,
    "wpt.authorize": wpt_authorize,
    "wpt.message": wpt_message,
    "wpt.answer": wpt_answer,
}


def _require_known(operation: str) -> None:
    if operation not in STATEFUL and operation not in OPERATIONS:
        raise Skipped(f"{operation} is not judged here")


def _carry_out(operation: str, recipient: wpt.Recipient, given: Values, config: Values) -> Values:
    if operation in STATEFUL:
        return STATEFUL[operation](recipient, given, config)
    return OPERATIONS[operation](given, config)


def _steps(given: Values, config: Values) -> Values:
    """Steps that share the memory of proofs; the configuration of a step is merged over that of the case."""
    steps = given["steps"]
    if not 0 < len(steps) <= MAX_STEPS:
        raise ValueError(f"{len(steps)} steps")
    for step in steps:
        _require_known(step["operation"])
    recipient = wpt.Recipient()
    results: list[Values] = []
    for step in steps:
        try:
            merged = config | step.get("config", {})
            outputs = _carry_out(step["operation"], recipient, step["input"], merged)
            results.append({"result": "accept", "outputs": outputs})
        except Refused as refusal:
            results.append(refusal.result())
    return {"steps": results}


SUPPORTED = [*OPERATIONS, *STATEFUL, "sequence"]
MAX_STEPS = 64


def run(operation: str, given: Values, config: Values) -> Values:
    if operation == "sequence":
        return _steps(given, config)
    _require_known(operation)
    return _carry_out(operation, wpt.Recipient(), given, config)
