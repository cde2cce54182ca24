"""The audience of a WPT: wpt section 2 and decision 5 for recipients, the default of the draft for senders."""

import re
from dataclasses import dataclass
from typing import Any

from .refusal import Refused, require

_URI = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]+)(?::(?P<port>[0-9]*))?"
    r"(?P<path>/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*)?"
    r"(?:\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?(?:#[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?\Z"
)
_DEFAULT_PORTS = {"https": "443", "http": "80"}


@dataclass(frozen=True)
class Place:
    """Scheme and authority in one spelling, and the path as it came; None is no path."""

    base: str
    path: str | None

    def __str__(self) -> str:
        return self.base + (self.path or "/")


def place(text: str) -> Place | None:
    """An absolute URI with a host and without user information."""
    matched = _URI.match(text)
    if not matched:
        return None
    scheme, port = matched["scheme"].lower(), matched["port"]
    shown = "" if port in (None, "", _DEFAULT_PORTS.get(scheme)) else f":{port}"
    return Place(f"{scheme}://{matched['host'].lower()}{shown}", matched["path"])


def _without_query(text: str) -> str:
    return re.split(r"[?#]", text, maxsplit=1)[0]


def is_for(audience: str, path: str | None, config: dict[str, Any]) -> bool:
    """Configured bases joined with the path of the request; or configured values, a URI only for its own path."""
    found = place(audience)
    if found is not None and path is not None:
        bases = [place(base) for base in config.get("bases", [])]
        if any(base and base.base == found.base for base in bases) and (found.path or "/") == path:
            return True
    for value in config.get("values", []):
        if _without_query(value) == _without_query(audience):
            listed = place(value)
            if listed is None or listed.path is None or listed.path == path:
                return True
    return False


def claim(value: Any) -> str:
    """Decision 6: a string, or an array of exactly one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str) or not value:
        raise Refused("wpt.aud_malformed")
    return value


def of_target(uri: str, channel_is_secure: bool) -> str:
    """What a sender writes: the target URI without query and fragment."""
    found = place(uri)
    if found is None:
        raise Refused("wpt.target_unknown", uri)
    require(found.base.startswith("https://") or channel_is_secure, "wpt.insecure_channel")
    return str(found)
