// JOSE algorithm names (RFC 7518, 8037, 9864): what they are for, and the keys that they need.
import { refuse } from "./refusal.mjs";

const SIGNATURES = {
  ES256: { kty: "EC", crv: "P-256", hash: "sha256", size: 64 },
  ES384: { kty: "EC", crv: "P-384", hash: "sha384", size: 96 },
  ES512: { kty: "EC", crv: "P-521", hash: "sha512", size: 132 },
  Ed25519: { kty: "OKP", crv: "Ed25519", hash: null, size: 64 },
  EdDSA: { kty: "OKP", crv: "Ed25519", hash: null, size: 64 },
  RS256: { kty: "RSA", hash: "sha256" },
  RS384: { kty: "RSA", hash: "sha384" },
  RS512: { kty: "RSA", hash: "sha512" },
  PS256: { kty: "RSA", hash: "sha256", pss: true },
  PS384: { kty: "RSA", hash: "sha384", pss: true },
  PS512: { kty: "RSA", hash: "sha512", pss: true },
};

const SYMMETRIC = /^HS(256|384|512)$/;
const ENCRYPTION =
  /^(RSA1_5|RSA-OAEP(-(256|384|512))?|A\d+(KW|GCM|GCMKW|CBC-HS\d+)|dir|ECDH-ES(\+A\d+KW)?|PBES2-.*|HPKE.*)$/;

/** Of WIT-SVID sections 2.3 and 3.2: all of them but Ed25519. */
export const SVID = Object.keys(SIGNATURES).filter((name) => SIGNATURES[name].kty !== "OKP");
export const NAMES = Object.keys(SIGNATURES);

/** What a name stands for; refuses with `alg_none`, `alg_symmetric`, `alg_encryption` or `alg_unsupported`. */
export function algorithmOf(name) {
  if (name === "none") {
    refuse("alg_none");
  }
  if (SYMMETRIC.test(name)) {
    refuse("alg_symmetric");
  }
  if (ENCRYPTION.test(name)) {
    refuse("alg_encryption");
  }
  return Object.hasOwn(SIGNATURES, name) ? SIGNATURES[name] : refuse("alg_unsupported", `alg ${name}`);
}

/** The algorithms that a type of key and curve can be used with. */
export const algorithmsFor = ({ kty, crv }) =>
  NAMES.filter((name) => SIGNATURES[name].kty === kty && SIGNATURES[name].crv === crv);
