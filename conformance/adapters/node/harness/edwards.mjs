// Points of Ed25519 (RFC 8032 section 5.1): Node imports any 32 bytes, so what a key has to be is checked here.
import { refuse } from "./refusal.mjs";

const P = 2n ** 255n - 19n;
const mod = (value) => ((value % P) + P) % P;

function power(base, exponent) {
  let result = 1n;
  for (let [square, rest] = [mod(base), exponent]; rest > 0n; rest >>= 1n) {
    result = rest & 1n ? mod(result * square) : result;
    square = mod(square * square);
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));

/** The square root of `u / v`, or null. */
function rootOfRatio(u, v) {
  const candidate = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  const square = mod(v * candidate * candidate);
  if (square === mod(u)) {
    return candidate;
  }
  return square === mod(-u) ? mod(candidate * power(2n, (P - 1n) / 4n)) : null;
}

/** Doubles a point in affine coordinates. */
function double([x, y]) {
  const product = mod(D * x * x * y * y);
  return [mod(2n * x * y * power(1n + product, P - 2n)), mod((y * y + x * x) * power(1n - product, P - 2n))];
}

/** Refuses encodings that are not canonical, points off the curve, and points whose order divides eight. */
export function edwardsPoint(bytes) {
  const number = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  const y = number & (2n ** 255n - 1n);
  if (y >= P) {
    refuse("weak", "not the canonical encoding of a point");
  }
  const x = rootOfRatio(y * y - 1n, D * y * y + 1n) ?? refuse("not_on_curve");
  const [eightX, eightY] = double(double(double([x, y])));
  if (eightX === 0n && eightY === 1n) {
    refuse("weak", "a point of small order");
  }
}
