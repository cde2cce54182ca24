// Workload Identity Tokens: workload-creds 5.1.4, with the decisions for what it leaves to RFC 7519 and 8725bis.
import { NAMES, SVID } from "./algorithms.mjs";
import { anchorsOf } from "./bundle.mjs";
import { bytesOf, latin1 } from "./bytes.mjs";
import { parseIdentifier } from "./identifier.mjs";
import { isObject, parseObject } from "./json.mjs";
import { confirmationKey, thumbprintOf } from "./jwk.mjs";
import { checkTyp, headerAlgorithm, splitJws, verifyJws } from "./jws.mjs";
import { prefixed, Refusal, refuse } from "./refusal.mjs";

const DEFAULTS = { leeway: 30, max_lifetime: 86400, max_bytes: 16384 };
const LONGEST_LEEWAY = 300;
const LAST_DATE = 253402300799;
const UNDERSTOOD = ["iss", "sub", "exp", "jti", "cnf", "iat", "nbf"];

/** A NumericDate, or undefined; dates that no calendar has are refused. */
export function dateClaim(claims, name) {
  const value = claims[name];
  if (value === undefined) {
    return undefined;
  }
  if (typeof value !== "number") {
    refuse(`${name}_malformed`);
  }
  return Math.abs(value) <= LAST_DATE ? value : refuse(null, `${name} is beyond the year 9999`);
}

/** A non-empty string, or undefined. */
export function textClaim(claims, name) {
  const value = claims[name];
  return value === undefined || (typeof value === "string" && value !== "") ? value : refuse(`${name}_malformed`);
}

/** A leeway is a few minutes at most, whatever is configured (decision 14). */
export const leewayOf = (seconds) => Math.min(seconds ?? DEFAULTS.leeway, LONGEST_LEEWAY);

/** `exp` is required; `nbf` is honoured where it is there (decisions 14 and 15). */
export function checkTimes(claims, now, leeway) {
  const exp = dateClaim(claims, "exp") ?? refuse("exp_missing");
  const nbf = dateClaim(claims, "nbf");
  if (now >= exp + leeway) {
    refuse("expired");
  }
  if (nbf !== undefined && now < nbf - leeway) {
    refuse("not_yet_valid");
  }
  return exp;
}

function checkLifetime(exp, iat, now, { leeway, max_lifetime }) {
  if (exp - now > max_lifetime + leeway || (iat !== undefined && exp - iat > max_lifetime)) {
    refuse("lifetime_too_long");
  }
}

function subjectOf(claims, config) {
  if (claims.sub === undefined) {
    refuse("sub_missing");
  }
  if (typeof claims.sub !== "string") {
    refuse("sub_malformed");
  }
  try {
    return parseIdentifier(Buffer.from(claims.sub, "utf8"), config.identifiers);
  } catch (error) {
    return error instanceof Refusal ? refuse("sub_not_an_identifier", error.message) : Promise.reject(error);
  }
}

function checkProfile(header, subject, config) {
  if (config.profile !== "wit-svid") {
    return;
  }
  if (header.typ !== "wit+jwt") {
    refuse("profile_typ");
  }
  if (header.kid === undefined) {
    refuse("profile_kid");
  }
  if (!SVID.includes(header.alg)) {
    refuse("profile_alg");
  }
  if (subject.scheme !== "spiffe") {
    refuse("profile_sub");
  }
}

/** With `kid` the key of that name; without it the only key for the algorithm (decision 12). */
function keyFor(header, anchor, config) {
  const refused = config.refuse_eddsa_name && header.alg === "EdDSA";
  if (refused || (anchor.algorithms && !anchor.algorithms.includes(header.alg))) {
    refuse("alg_not_allowed");
  }
  if (header.kid !== undefined) {
    const key = anchor.keys.find(({ kid }) => kid === header.kid) ?? refuse("kid_unknown");
    return key.algorithms.includes(header.alg) ? key : refuse("alg_mismatch");
  }
  const able = anchor.keys.filter(({ algorithms }) => algorithms.includes(header.alg));
  if (able.length > 1) {
    refuse("key_ambiguous");
  }
  return able[0] ?? refuse("key_missing");
}

function checkIssuer(claims, anchor, config) {
  const iss = textClaim(claims, "iss");
  if (iss === undefined) {
    return config.require_issuer ? refuse("iss_missing") : undefined;
  }
  return anchor.issuers && !anchor.issuers.includes(iss) ? refuse("iss_not_allowed") : iss;
}

function checkJti(claims, config) {
  const jti = textClaim(claims, "jti");
  if (jti === undefined && (config.require_jti || config.deny_list)) {
    refuse("jti_missing");
  }
  return jti !== undefined && config.deny_list?.includes(jti) ? refuse("denied") : jti;
}

/** The key in `cnf`, which says its algorithm (sections 5.1 and 5.1.4). */
export function confirmationOf(claims, config) {
  if (!("cnf" in claims)) {
    refuse("cnf_missing");
  }
  if (!isObject(claims.cnf) || !isObject(claims.cnf.jwk)) {
    refuse("cnf_jwk_missing");
  }
  let key;
  try {
    key = confirmationKey(claims.cnf.jwk);
  } catch (error) {
    if (error instanceof Refusal && error.code) {
      error.code = `cnf_${error.code}`;
    }
    throw error;
  }
  if (config.profile === "wit-svid" && !SVID.includes(key.alg)) {
    refuse("profile_cnf_alg");
  }
  const allowed = config.proof_algorithms ?? NAMES;
  if (!allowed.includes(key.alg) || (config.refuse_eddsa_name && key.alg === "EdDSA")) {
    refuse("cnf_alg_not_allowed");
  }
  return key;
}

/** Validates a token; gives its claims, subject and confirmation key. */
export async function verifyWit(bytes, config) {
  const anchors = await anchorsOf({ ...config, allow_shared_keys: true });
  return prefixed("wit.", async () => {
    const limits = { ...DEFAULTS, ...config, leeway: leewayOf(config.leeway) };
    if (bytes.length > limits.max_bytes) {
      refuse("too_large");
    }
    const { text, header, payload } = splitJws(bytes);
    const claims = parseObject(payload);
    checkTyp(header, "wit+jwt");
    headerAlgorithm(header);
    const subject = subjectOf(claims, config);
    checkProfile(header, subject, config);
    const anchor = anchors.get(subject.origin) ?? refuse("trust_domain_unknown");
    await verifyJws(text, keyFor(header, anchor, config).material, header.alg);
    const exp = checkTimes(claims, config.now, limits.leeway);
    const iat = dateClaim(claims, "iat");
    checkLifetime(exp, iat, config.now, limits);
    if ("aud" in claims && (!config.allow_audience || config.profile === "wit-svid")) {
      refuse("aud_present");
    }
    const iss = checkIssuer(claims, anchor, config);
    const jti = checkJti(claims, config);
    const key = confirmationOf(claims, config);
    return { text, claims, subject, key, exp, iat, iss, jti, thumbprint: await thumbprintOf(key.material) };
  });
}

/** What is reported of a token. */
function outputsOf({ claims, subject, key, exp, iat, iss, jti, thumbprint }) {
  const extra = Object.fromEntries(Object.entries(claims).filter(([name]) => !UNDERSTOOD.includes(name)));
  const { text, trust_domain, origin } = subject;
  const token = {
    expires: Math.floor(exp),
    issued_at: iat === undefined ? null : Math.floor(iat),
    issuer: iss ?? null,
    jti: jti ?? null,
    extra,
  };
  return { subject: text, trust_domain, origin, algorithm: key.alg, thumbprint, ...token };
}

/** The value of the one field line: no list, no second line (5.1.1, decision 19). */
export function witField(fields) {
  const values = fields.filter(([name]) => name === "workload-identity-token").map(([, value]) => value);
  if (values.length === 0) {
    refuse("wit.field_missing");
  }
  if (values.length > 1) {
    refuse("wit.field_repeated");
  }
  return /^[\x20-\x7e]*$/.test(values[0]) ? values[0] : refuse("wit.malformed", "not ASCII");
}

/** A field line as HTTP/1.1 has it (RFC 9112 section 5): name, colon, value without the space around it. */
export function fieldLine(bytes) {
  const [, name, value] =
    /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\0\r\n]*)$/s.exec(latin1(bytes)) ?? refuse("http.field_line");
  return [name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, "")];
}

export const operations = {
  "wit.verify": async ({ token }, config) => outputsOf(await verifyWit(bytesOf(token), config)),
  "wit.field": async ({ lines }, config) => {
    const value = witField(lines.map((line) => fieldLine(bytesOf(line))));
    return outputsOf(await verifyWit(Buffer.from(value, "latin1"), config));
  },
};
