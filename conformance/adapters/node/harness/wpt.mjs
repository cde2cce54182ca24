// Workload Proof Tokens: wpt-02 section 2, after the WIT has been validated.
import { acceptsAud, audiencePath } from "./audience.mjs";
import { bytesOf, hashOf, latin1 } from "./bytes.mjs";
import { fieldsOf, parseMessage, valuesOf } from "./http.mjs";
import { permits } from "./identifier.mjs";
import { isObject, parseObject } from "./json.mjs";
import { checkTyp, headerAlgorithm, splitJws, verifyJws } from "./jws.mjs";
import { prefixed, refuse } from "./refusal.mjs";
import { checkTimes, leewayOf, textClaim, verifyWit, witField } from "./wit.mjs";

const MAX_LIFETIME = 330;
const MAX_BYTES = 8192;
const TXN_TOKEN = "txn-token";

/** The credentials of the one Authorization field: `"WPT" 1*SP token68`. */
function credentialsOf(fields) {
  const values = valuesOf(fields, "authorization");
  if (values.length === 0) {
    refuse("wpt.authorization_missing");
  }
  if (values.length > 1) {
    refuse("wpt.authorization_repeated");
  }
  const [, scheme, rest] = /^([^ ]*)( .*)?$/s.exec(values[0]);
  if (scheme.toLowerCase() !== "wpt") {
    refuse("wpt.other_scheme");
  }
  return /^ +([A-Za-z0-9._~+/-]+=*)$/.exec(rest ?? "")?.[1] ?? refuse("wpt.credentials");
}

/** The context of a request: the configured fields and the Txn-Token, each at most once. */
function contextOf(fields, names) {
  const context = new Map();
  for (const name of new Set([...names.map((name) => name.toLowerCase()), TXN_TOKEN])) {
    const values = valuesOf(fields, name);
    if (values.length > 1) {
      refuse("wpt.context_repeated", name);
    }
    if (values.length === 1) {
      context.set(name, values[0]);
    }
  }
  return context;
}

/** `aud`: a string, or a list of exactly one (decision 6). */
function checkAudience({ aud }, path, audience) {
  if (aud === undefined) {
    refuse("aud_missing");
  }
  const value = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  if (typeof value !== "string" || value === "") {
    refuse("aud_malformed");
  }
  return acceptsAud(value, path, audience) || refuse("audience_mismatch");
}

/** A hash claim: there exactly when what it is the hash of is there. */
function checkHash(claims, name, value, absent) {
  const hash = textClaim(claims, name);
  if (hash === undefined) {
    return value === undefined || refuse(`${name}_missing`);
  }
  if (value === undefined) {
    refuse(absent);
  }
  return hash === hashOf(value) || refuse(`${name}_mismatch`);
}

/** `oth`: an entry for each field of the context, and no other (decision 25). */
function checkOther({ oth = {} }, context, names) {
  if (!isObject(oth) || !Object.values(oth).every((hash) => typeof hash === "string")) {
    refuse("oth_malformed");
  }
  const known = names.map((name) => name.toLowerCase()).filter((name) => name !== TXN_TOKEN);
  for (const [name, hash] of Object.entries(oth)) {
    if (!known.includes(name)) {
      refuse("oth_unknown", name);
    }
    if (!context.has(name)) {
      refuse("oth_without_field", name);
    }
    if (hash !== hashOf(context.get(name))) {
      refuse("oth_mismatch", name);
    }
  }
  const bare = [...context.keys()].find((name) => name !== TXN_TOKEN && !(name in oth));
  return bare === undefined || refuse("oth_missing", bare);
}

/** Validates a proof for a WIT that is valid. */
async function verifyProof(proof, wit, { path, context }, config, memory) {
  return prefixed("wpt.", async () => {
    if (proof.length > MAX_BYTES) {
      refuse("too_large");
    }
    const { text, header, payload } = splitJws(Buffer.from(proof, "latin1"));
    const claims = parseObject(payload);
    checkTyp(header, "wpt+jwt");
    headerAlgorithm(header);
    if (header.alg !== wit.key.alg) {
      refuse("alg_mismatch");
    }
    await verifyJws(text, wit.key.material, header.alg);
    checkAudience(claims, path, config.audience);
    const leeway = leewayOf(config.wpt_leeway);
    const exp = checkTimes(claims, config.now, leeway);
    if (exp - config.now > (config.wpt_max_lifetime ?? MAX_LIFETIME)) {
      refuse("lifetime_too_long");
    }
    const jti = textClaim(claims, "jti") ?? refuse("jti_missing");
    checkHash(claims, "wth", wit.text);
    checkHash(claims, "tth", context.get(TXN_TOKEN), "tth_without_token");
    checkOther(claims, context, config.context_fields ?? []);
    memory.insert(`${wit.thumbprint} ${jti}`, wit.subject.text, exp + leeway, config.now, "wpt.replayed");
    return outputsOf(wit, jti, context);
  });
}

function outputsOf(wit, jti, context) {
  const { text, trust_domain } = wit.subject;
  return { identifier: text, trust_domain, binding: "wpt", covers: [...context.keys()], wit_jti: wit.jti ?? null, jti };
}

/** A request with a WIT and a WPT. */
export async function verifyWptRequest(bytes, config, memory) {
  const message = parseMessage(bytes);
  const wit = await verifyWit(Buffer.from(witField(message.fields), "latin1"), config);
  const proof = credentialsOf(message.fields);
  const context = contextOf(message.fields, config.context_fields ?? []);
  const outputs = await verifyProof(proof, wit, { path: audiencePath(message), context }, config, memory);
  return { outputs, subject: wit.subject };
}

/** Messages that are no HTTP requests: the parts are given. */
async function verifyMessage({ wit, proof, path, txn_token, context = {} }, config, memories) {
  const valid = await verifyWit(bytesOf(wit), config);
  const fields = fieldsOf([...Object.entries(context), ...(txn_token === undefined ? [] : [[TXN_TOKEN, txn_token]])]);
  const surroundings = { path: path ?? null, context: contextOf(fields, Object.keys(context)) };
  return verifyProof(latin1(bytesOf(proof)), valid, surroundings, config, memories.of("wpt", config));
}

export const operations = {
  "wpt.verify": async ({ request }, config, memories) =>
    (await verifyWptRequest(bytesOf(request), config, memories.of("wpt", config))).outputs,
  "wpt.authorize": async ({ request }, config, memories) => {
    const { outputs, subject } = await verifyWptRequest(bytesOf(request), config, memories.of("wpt", config));
    return permits(subject, config) ? outputs : refuse("authorization.not_permitted");
  },
  "wpt.message": verifyMessage,
};
