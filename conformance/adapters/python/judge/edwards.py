"""Points of edwards25519 (RFC 8032 section 5.1): what `cryptography` leaves to the signature check."""

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
_ROOT = pow(2, (P - 1) // 4, P)

Point = tuple[int, int]


def decode(encoded: bytes) -> Point | None:
    """Section 5.1.3; None where there is no such point, or where the encoding is not canonical."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * _ROOT % P
    if x * x % P != square or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def is_canonical(encoded: bytes) -> bool:
    return int.from_bytes(encoded, "little") & (2**255 - 1) < P


def _add(left: Point, right: Point) -> Point:
    (x1, y1), (x2, y2) = left, right
    product = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P


def has_small_order(point: Point) -> bool:
    """Eight times it is the neutral element: its signatures fit messages that nobody signed."""
    for _ in range(3):
        point = _add(point, point)
    return point == (0, 1)
