// Making Workload Proof Tokens: wpt-02 section 2.
import { defaultAudience } from "./audience.mjs";
import { hashOf } from "./bytes.mjs";
import { checkClaimName } from "./claims.mjs";
import { checkChannel, checkNonce, credentialOf } from "./credential.mjs";
import { fieldsOf, valuesOf } from "./http.mjs";
import { jsonBytes, signJws, verifyJws } from "./jws.mjs";
import { Refusal, refuse } from "./refusal.mjs";

const LIFETIME = { usual: 60, longest: 300 };
const DEFINED = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "wth", "tth", "oth"];

function audienceOf(uri, { aud }) {
  if (aud === "") {
    refuse("wpt.audience_empty");
  }
  return aud ?? defaultAudience(uri, "wpt.target_unknown");
}

function lifetimeOf({ lifetime = LIFETIME.usual }) {
  return lifetime >= 1 && lifetime <= LIFETIME.longest ? lifetime : refuse("wpt.lifetime");
}

/** The hashes of the fields that convey context. */
function hashesOf(fields, names) {
  const hash = (name) => {
    const values = valuesOf(fields, name);
    return values.length > 1 ? refuse("wpt.context_repeated", name) : values.map(hashOf)[0];
  };
  const known = names.map((name) => name.toLowerCase()).filter((name) => name !== "txn-token");
  const other = known.map((name) => [name, hash(name)]).filter(([, value]) => value !== undefined);
  const transaction = hash("txn-token");
  return {
    ...(transaction === undefined ? {} : { tth: transaction }),
    ...(other.length === 0 ? {} : { oth: Object.fromEntries(other) }),
  };
}

function addedClaims({ claims = {}, private_claims = {} }) {
  for (const [added, asPrivate] of [
    [claims, false],
    [private_claims, true],
  ]) {
    Object.keys(added).forEach((name) => checkClaimName(name, asPrivate, DEFINED));
  }
  return { ...claims, ...private_claims };
}

async function create({ uri, headers }, config) {
  const fields = fieldsOf(headers);
  if (valuesOf(fields, "authorization").length > 0) {
    refuse("wpt.authorization_present");
  }
  if (valuesOf(fields, "workload-identity-token").length > 0) {
    refuse("wpt.wit_present");
  }
  const { text, key, jwk } = await credentialOf(config.wit, config.key, config.now);
  checkChannel(uri, config.channel_is_secure, "wpt.insecure_channel");
  const claims = {
    aud: audienceOf(uri, config),
    exp: config.now + lifetimeOf(config),
    jti: checkNonce(config.nonce),
    wth: hashOf(text),
    ...hashesOf(fields, config.context_fields ?? []),
    ...addedClaims(config),
  };
  const header = { alg: key.alg, typ: "wpt+jwt" };
  const proof = await signJws(header, jsonBytes(claims), jwk);
  const signature_valid = await verifyJws(proof, key.material, key.alg).then(
    () => true,
    (error) => (error instanceof Refusal ? false : Promise.reject(error)),
  );
  return { authorization: `WPT ${proof}`, workload_identity_token: text, header, claims, signature_valid };
}

export const operations = { "wpt.create": create };
