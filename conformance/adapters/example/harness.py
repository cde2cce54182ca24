"""A harness for the conformance runner: Workload Identifiers, with nothing but Python."""
import base64, ipaddress, json, re, sys

PLAIN = r"[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
RULES = {  # trust domain and path, by the text of the draft that the scheme is defined in
    "wimse": (r"[a-z0-9._-]*[a-z0-9_-]", r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)+"),
    "spiffe": (r"[a-z0-9._-]{1,255}", r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._-]+)+"),
    "generic": (rf"(?:{PLAIN})+|\[[0-9a-f:.]+\]", rf"(/(?:{PLAIN}|[:@])*)+"),
}

def is_ip(domain):
    try:
        return bool(ipaddress.ip_address(domain.strip("[]")))
    except ValueError:
        return "[" in domain

def parse(value, policy):
    text = (value["text"].encode() if "text" in value else base64.b64decode(value["base64"])).decode("ascii")
    scheme, colon, rest = text.partition("://")
    generic = policy["generic"] if isinstance(policy, dict) else ["wimse"] if policy == "baseline" else []
    domain, path = RULES["generic" if scheme in generic else scheme]
    found = re.fullmatch(f"({domain})({path})", rest)
    allow_ip = scheme == "spiffe" or isinstance(policy, dict) and policy.get("allow_ip")
    if not colon or not found or len(text) > 2048 or found[2] == "/" or is_ip(found[1]) and not allow_ip:
        raise ValueError("not a Workload Identifier")
    return {"scheme": scheme, "trust_domain": found[1], "path": found[2], "display": text,
            "origin": f"{scheme}://{found[1]}"}

def answer(case):
    try:
        return {"result": "accept", "outputs": parse(case["input"]["identifier"], case["config"].get("policy"))}
    except (ValueError, KeyError) as error:
        return {"result": "reject", "detail": repr(error)}

HELLO = {"type": "hello", "protocol": 1, "name": "example", "version": "1.0", "language": "Python",
         "operations": ["identifier.parse"]}
for line in sys.stdin:
    message = json.loads(line)
    reply = HELLO if message["type"] == "hello" else {"type": "result", "seq": message["seq"], **answer(message)}
    print(json.dumps(reply), flush=True)
