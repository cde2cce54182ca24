// Public keys as JWK: strict about members, curves and what a key is for (workload-creds 5.1, decision 30).
import { createPrivateKey, createPublicKey } from "node:crypto";
import { calculateJwkThumbprint } from "jose";
import { algorithmOf, algorithmsFor } from "./algorithms.mjs";
import { bytesOf, fromBase64url } from "./bytes.mjs";
import { parseObject } from "./json.mjs";
import { edwardsPoint } from "./edwards.mjs";
import { prefixed, refuse } from "./refusal.mjs";

const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const TEXT = ["kty", "crv", "x", "y", "n", "e", "alg", "use", "kid"];
const MATERIAL = { EC: ["crv", "x", "y"], OKP: ["crv", "x"], RSA: ["n", "e"] };
const COORDINATE = { "P-256": 32, "P-384": 48, "P-521": 66, Ed25519: 32 };
const RSA_BITS = 2048;

/** Refuses members of the wrong type, and what is no public key for signatures. */
function checkMembers(jwk) {
  for (const name of TEXT) {
    if (name in jwk && typeof jwk[name] !== "string") {
      refuse("member", `${name} is no string`);
    }
  }
  const operations = jwk.key_ops;
  if (
    operations !== undefined &&
    !(Array.isArray(operations) && operations.every((name) => typeof name === "string"))
  ) {
    refuse("member", "key_ops is no list of strings");
  }
  if (jwk.kty === undefined) {
    refuse("member_missing", "kty");
  }
  if (jwk.kty === "oct") {
    refuse("symmetric");
  }
  const secret = PRIVATE.find((name) => name in jwk);
  if (secret) {
    refuse("private_member", secret);
  }
}

function checkUsage({ use, key_ops }, expected) {
  if (use !== undefined && use !== expected) {
    refuse("usage", `use is ${use}`);
  }
  if (key_ops !== undefined && !key_ops.includes("verify")) {
    refuse("usage", "key_ops without verify");
  }
}

/** The algorithms of a key by its own `alg`, or by its type and curve. */
function algorithmsOf(jwk) {
  const wanted = jwk.alg === undefined ? undefined : algorithmOf(jwk.alg);
  const names = MATERIAL[jwk.kty] ?? refuse("unsupported", `kty ${jwk.kty}`);
  if (wanted && wanted.kty !== jwk.kty) {
    refuse("alg_mismatch");
  }
  const missing = names.find((name) => !(name in jwk));
  if (missing) {
    refuse("member_missing", missing);
  }
  if (names.includes("crv") && !COORDINATE[jwk.crv]) {
    refuse("unsupported", `crv ${jwk.crv}`);
  }
  const able = algorithmsFor(jwk);
  if (jwk.alg === undefined) {
    return able;
  }
  if (able.length === 0) {
    refuse("unsupported", `crv ${jwk.crv} with kty ${jwk.kty}`);
  }
  return able.includes(jwk.alg) ? [jwk.alg] : refuse("alg_mismatch");
}

function checkMaterial(jwk) {
  const parts = MATERIAL[jwk.kty].filter((name) => name !== "crv");
  for (const name of parts) {
    const bytes = fromBase64url(jwk[name]) ?? refuse("member", `${name} is not base64url`);
    if (jwk.crv !== undefined && jwk.kty !== "RSA" && bytes.length !== COORDINATE[jwk.crv]) {
      refuse("member", `${name} has ${bytes.length} bytes`);
    }
    if (jwk.kty === "RSA" && (bytes.length === 0 || bytes[0] === 0)) {
      refuse("member", `${name} has a leading zero`);
    }
  }
  if (jwk.kty === "OKP") {
    edwardsPoint(fromBase64url(jwk.x));
    return;
  }
  let key;
  try {
    key = createPublicKey({ key: materialOf(jwk), format: "jwk" });
  } catch (error) {
    refuse(jwk.kty === "EC" ? "not_on_curve" : null, error.message);
  }
  if (jwk.kty === "RSA") {
    const { modulusLength, publicExponent } = key.asymmetricKeyDetails;
    if (modulusLength < RSA_BITS || publicExponent < 3n || publicExponent % 2n === 0n) {
      refuse("weak", `RSA with ${modulusLength} bits and exponent ${publicExponent}`);
    }
  }
}

/** Only what a key is made of. */
export function materialOf(jwk) {
  return Object.fromEntries(["kty", ...MATERIAL[jwk.kty]].map((name) => [name, jwk[name]]));
}

/** A public key: `material`, `algorithms`, `kid`; `use` is what its `use` has to be, where it has one. */
export function publicKey(jwk, { use = "sig", algRequired = false } = {}) {
  checkMembers(jwk);
  if (algRequired && jwk.alg === undefined) {
    refuse("alg_missing");
  }
  const algorithms = algorithmsOf(jwk);
  checkUsage(jwk, use);
  checkMaterial(jwk);
  return { material: materialOf(jwk), algorithms, kid: jwk.kid ?? null, alg: jwk.alg };
}

/** The key of a workload in `cnf`: it says its algorithm. */
export const confirmationKey = (jwk) => publicKey(jwk, { algRequired: true });

/** A private key of a configuration: its public half, its algorithm and the key object of Node. */
export function privateKey(jwk) {
  const { d, p, q, dp, dq, qi, ...rest } = jwk;
  const half = publicKey(rest);
  return { ...half, object: createPrivateKey({ key: jwk, format: "jwk" }), algorithm: half.algorithms[0] };
}

export const thumbprintOf = (material) => calculateJwkThumbprint(material, "sha256");

const jsonFault = (error) => {
  if (["duplicate_member", "too_deep", "too_many_members"].includes(error.code)) {
    error.code = "json";
  }
  throw error;
};

function keyText(bytes) {
  try {
    return parseObject(bytes);
  } catch (error) {
    return jsonFault(error);
  }
}

export const operations = {
  "jwk.parse": ({ jwk }, { purpose }) =>
    prefixed("key.", async () => {
      const key = publicKey(keyText(bytesOf(jwk)), { algRequired: purpose === "confirmation" });
      return { algorithms: key.algorithms, kid: key.kid, thumbprint: await thumbprintOf(key.material) };
    }),
  "jwk.thumbprint": ({ jwk }) =>
    prefixed("key.", async () => {
      const key = keyText(bytesOf(jwk));
      checkMembers(key);
      return { thumbprint: await calculateJwkThumbprint({ ...key }, "sha256") };
    }),
};
