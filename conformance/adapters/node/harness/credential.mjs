// What a signer has: a WIT, the private key of its `cnf`, a time and a nonce (wpt-02 3.2, decision 44).
import { bytesOf } from "./bytes.mjs";
import { parseObject } from "./json.mjs";
import { privateKey } from "./jwk.mjs";
import { splitJws } from "./jws.mjs";
import { prefixed, refuse } from "./refusal.mjs";
import { confirmationOf } from "./wit.mjs";

const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;

/** The token with its key, once it is sure that they belong together and have not expired. */
export async function credentialOf(token, jwk, now) {
  const { text, key } = await prefixed("wit.", () => {
    const parts = splitJws(bytesOf(token));
    const claims = parseObject(parts.payload);
    const confirmed = confirmationOf(claims, {});
    if (now >= (claims.exp ?? refuse("exp_missing"))) {
      refuse("credential.expired");
    }
    return { text: parts.text, key: confirmed };
  });
  const own = privateKey(jwk);
  const same = Object.entries(key.material).every(([name, value]) => own.material[name] === value);
  return same && own.algorithm === key.alg ? { text, key, own, jwk } : refuse("credential.key_mismatch");
}

/** Nonces go into JSON and into structured fields: printable, without space, quotation mark and backslash. */
export const checkNonce = (nonce) => (NONCE.test(nonce) ? nonce : refuse("nonce.text"));

/** A secure channel is TLS, or what the caller vouches for (wpt-02 3.1.1, http-signature 5.1). */
export function checkChannel(uri, vouched, code) {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(uri)?.[1];
  if (scheme !== undefined && scheme.toLowerCase() !== "https" && !vouched) {
    refuse(code, `scheme ${scheme}`);
  }
}
