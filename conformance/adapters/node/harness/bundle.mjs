// Trust anchors: JWK Sets and SPIFFE bundles, each for one origin (workload-creds section 3, decisions 12 and 51).
import { bytesOf } from "./bytes.mjs";
import { parseOrigin } from "./identifier.mjs";
import { isObject, parseObject } from "./json.mjs";
import { publicKey, thumbprintOf } from "./jwk.mjs";
import { prefixed, Refusal, refuse } from "./refusal.mjs";

const MAX_KEYS = 256;
const IGNORED = ["unsupported", "symmetric", "alg_unsupported", "alg_encryption", "alg_symmetric"];

/** One entry of a set; null for what vouches for nothing here (RFC 7517 section 5). */
function entryOf(jwk, spiffe) {
  if (!isObject(jwk)) {
    refuse("keys", "an entry that is no object");
  }
  if (jwk.kty === undefined || (spiffe ? jwk.use !== "wit-svid" : jwk.use === "enc")) {
    return null;
  }
  let key;
  try {
    key = publicKey(jwk, { use: spiffe ? "wit-svid" : "sig" });
  } catch (error) {
    if (error instanceof Refusal && IGNORED.includes(error.code)) {
      return null;
    }
    if (error instanceof Refusal && error.code !== undefined) {
      error.code = `key_${error.code}`;
    }
    throw error;
  }
  return spiffe && key.kid === null ? refuse("kid_missing") : key;
}

/** The keys of a document, and the places of entries that were skipped. */
export function keysOf(document, form) {
  if (!Array.isArray(document.keys)) {
    refuse("keys", "no list of keys");
  }
  if (document.keys.length > MAX_KEYS) {
    refuse("too_many_keys");
  }
  const [keys, skipped] = [[], []];
  for (const [place, jwk] of document.keys.entries()) {
    const key = entryOf(jwk, form === "spiffe_bundle");
    if (key === null) {
      skipped.push(place);
    } else if (key.kid !== null && keys.some(({ kid }) => kid === key.kid)) {
      refuse("duplicate_kid", key.kid);
    } else {
      keys.push(key);
    }
  }
  return { keys, skipped };
}

/** The anchors of a configuration by origin: `keys`, `issuers`, `algorithms`. */
export async function anchorsOf(config) {
  const anchors = new Map();
  const owners = new Map();
  for (const entry of config.anchors ?? []) {
    const { origin } = parseOrigin(bytesOf(entry.origin), config.identifiers);
    const form = entry.spiffe_bundle ? "spiffe_bundle" : "jwk_set";
    const { keys } = entry[form] ? await prefixed("trust.", () => keysOf(entry[form], form)) : { keys: [] };
    if (anchors.has(origin)) {
      refuse("trust.duplicate_origin", origin);
    }
    for (const issuer of entry.issuers ?? []) {
      if (!/^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/.test(issuer)) {
        refuse("trust.issuer", issuer);
      }
    }
    for (const key of keys) {
      const thumbprint = await thumbprintOf(key.material);
      if ((owners.get(thumbprint) ?? origin) !== origin && !config.allow_shared_keys) {
        refuse("trust.shared_key", origin);
      }
      owners.set(thumbprint, origin);
    }
    anchors.set(origin, { keys, issuers: entry.issuers, algorithms: entry.algorithms });
  }
  return anchors;
}

export const operations = {
  "bundle.parse": ({ document }, { form }) =>
    prefixed("trust.", () => {
      const parsed = parseObject(bytesOf(document));
      const { keys, skipped } = keysOf(parsed, form);
      const hints = { refresh_hint: parsed.spiffe_refresh_hint ?? null, sequence: parsed.spiffe_sequence ?? null };
      return { keys: keys.length, kids: keys.map(({ kid }) => kid), skipped, ...hints };
    }),
  "anchors.load": async (input, config) => ({ origins: [...(await anchorsOf(config)).keys()].sort() }),
};
