// Issuing Workload Identity Tokens: workload-creds sections 4 and 5.1.
import { SVID } from "./algorithms.mjs";
import { checkClaimName } from "./claims.mjs";
import { parseIdentifier } from "./identifier.mjs";
import { parseObject } from "./json.mjs";
import { confirmationKey, privateKey, thumbprintOf } from "./jwk.mjs";
import { jsonBytes, signJws, verifyJws } from "./jws.mjs";
import { prefixed, Refusal, refuse } from "./refusal.mjs";

const RESERVED = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"];
const MAX_LIFETIME = 86400;
const MAX_TEXT = 1024;
const LAST_DATE = 253402300799;

/** Text that goes into a token as it is: not empty, and not without end. */
const checkText = (value) => (value === "" || Buffer.byteLength(value) > MAX_TEXT ? refuse("wit.issue_text") : value);

function checkIssuer(issuer, config) {
  if (issuer === undefined) {
    return config.require_issuer && refuse("wit.iss_missing");
  }
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/.test(issuer)) {
    refuse("wit.issue_iss", "no URI");
  }
  return checkText(issuer);
}

/** Is a Workload Identifier in it? A credential carries one, in `sub` (section 4). */
function carriesIdentifier(value) {
  if (typeof value === "string") {
    try {
      return parseIdentifier(Buffer.from(value, "utf8"), "baseline") !== null;
    } catch (error) {
      return error instanceof Refusal ? false : refuse(null, String(error));
    }
  }
  return typeof value === "object" && value !== null && Object.values(value).some(carriesIdentifier);
}

function addedClaims(claims) {
  for (const { name, value, private: asPrivate } of claims) {
    checkClaimName(name, asPrivate, RESERVED);
    if (carriesIdentifier(value)) {
      refuse("claim.second_identifier", name);
    }
  }
  return Object.fromEntries(claims.map(({ name, value }) => [name, value]));
}

function validity({ start, lifetime, without_iat, nbf }, config) {
  if (!(lifetime > 0)) {
    refuse("wit.issue_validity");
  }
  if (start + lifetime > LAST_DATE) {
    refuse("wit.exp_malformed");
  }
  if (lifetime > (config.max_lifetime ?? MAX_LIFETIME)) {
    refuse("wit.lifetime_too_long");
  }
  return { ...(without_iat ? {} : { iat: start }), ...(nbf ? { nbf: start } : {}), exp: start + lifetime };
}

function checkProfile(subject, key, issuer, config) {
  if (config.profile !== "wit-svid") {
    return;
  }
  if (subject.scheme !== "spiffe") {
    refuse("wit.profile_sub");
  }
  if (!SVID.includes(key.alg)) {
    refuse("wit.profile_cnf_alg");
  }
  if (!SVID.includes(issuer.algorithm)) {
    refuse("wit.profile_alg");
  }
  if (issuer.kid === null) {
    refuse("wit.profile_kid");
  }
}

async function issue({ request }, config) {
  const subject = parseIdentifier(Buffer.from(request.subject, "utf8"), config.identifiers);
  const [key, jwk] = await prefixed("key.", () => {
    const parsed = parseObject(Buffer.from(request.key, "utf8"));
    return [confirmationKey(parsed), parsed];
  });
  const issuer = privateKey(config.issuer_key);
  if ((await thumbprintOf(key.material)) === (await thumbprintOf(issuer.material))) {
    refuse("wit.issue_issuer_key");
  }
  checkIssuer(request.issuer, config);
  if (request.jti === undefined && (config.require_jti || config.deny_list)) {
    refuse("wit.jti_missing");
  }
  [request.jti, issuer.kid].filter((text) => text !== undefined && text !== null).forEach(checkText);
  checkProfile(subject, key, issuer, config);
  const claims = {
    ...(request.issuer === undefined ? {} : { iss: request.issuer }),
    sub: subject.text,
    ...validity(request, config),
    ...(request.jti === undefined ? {} : { jti: request.jti }),
    cnf: { jwk: confirmed(key, jwk) },
    ...addedClaims(request.claims ?? []),
  };
  const header = { alg: issuer.algorithm, ...(issuer.kid === null ? {} : { kid: issuer.kid }), typ: "wit+jwt" };
  const token = await signJws(header, jsonBytes(claims), config.issuer_key);
  await verifyJws(token, issuer.material, issuer.algorithm);
  return { token, header, claims, signature_valid: true };
}

/** The public key as it goes into `cnf`: what it is made of, its algorithm, and its name. */
const confirmed = ({ material, alg }, { kid }) => ({ ...material, alg, ...(kid === undefined ? {} : { kid }) });

export const operations = { "wit.issue": issue };
