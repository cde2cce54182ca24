"""Signs and verifies compact JWS with the package `joserfc`: one JSON request a line, one JSON answer a line.

  {"do": "sign", "header": {…}, "payload": {…}, "jwk": {private key}}             -> {"token": "…"}
  {"do": "verify", "token": "…", "jwk": {public key}, "alg": "…", "typ": "…"}     -> {"header": {…}, "payload": {…}}

What fails answers {"error": "…"}.
"""

import json
import sys

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.registry import HeaderParameter


def key_of(jwk):
    """The key without `alg`: the algorithm is that of the request."""
    members = {name: value for name, value in jwk.items() if name not in ("alg", "kid")}
    return {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}[members["kty"]].import_key(members)


def registry(algorithm, header=None):
    """One algorithm; extensions in `crit` are declared, or the package refuses to sign them."""
    extensions = {name: HeaderParameter("an extension", "bool") for name in (header or {}).get("crit", [])}
    return jws.JWSRegistry(header_registry=extensions, algorithms=[algorithm], strict_check_header=False)


def sign(request):
    header = request["header"]
    payload = json.dumps(request["payload"])
    key = key_of(request["jwk"])
    return {"token": jws.serialize_compact(header, payload, key, registry=registry(header["alg"], header))}


def verify(request):
    key = key_of(request["jwk"])
    token = jws.deserialize_compact(request["token"], key, registry=registry(request["alg"]))
    header = token.headers()
    if header.get("typ") != request["typ"]:
        raise ValueError(f"typ is {header.get('typ')}")
    return {"header": header, "payload": json.loads(token.payload)}


def main():
    operations = {"sign": sign, "verify": verify}
    for line in sys.stdin:
        try:
            request = json.loads(line)
            answer = operations[request["do"]](request)
        except Exception as error:  # whatever the package raises is its answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
