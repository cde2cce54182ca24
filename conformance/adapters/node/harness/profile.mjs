// What requests and responses of the WIMSE profile of HTTP Message Signatures share (http-signature section 3).
import { signatureBase } from "./components.mjs";
import { valuesOf } from "./http.mjs";
import { verifyDigest } from "./digest.mjs";
import { refuse } from "./refusal.mjs";
import { memberText } from "./sfv.mjs";
import { labelsWith, signaturesOf, verifyBytes } from "./signature.mjs";
import { leewayOf } from "./wit.mjs";

export const TAG = "wimse-workload-to-workload";
export const WIT = "workload-identity-token";
const SINGLE = ["content-type", "authorization", "txn-token"];
const MAX_LIFETIME = 330;
const MAX_COMPONENTS = 64;
const MAX_PARAMETERS = 32;
export const CONDITIONAL = {
  request: ["content-type", "content-digest", "authorization", "txn-token"],
  response: ["content-type", "content-digest"],
};

/** Fields with one value have one line (decision 19). */
export function checkSingle({ fields }) {
  const repeated = SINGLE.find((name) => valuesOf(fields, name).length > 1);
  return repeated === undefined || refuse("field_repeated", repeated);
}

/** The signature of the profile: the one with the tag, under whatever label; null where there is none (section 3). */
export function findSignature(message) {
  const { inputs, signatures } = signaturesOf(message);
  const labels = labelsWith(inputs, TAG);
  if (labels.length > 1) {
    refuse("tag_ambiguous");
  }
  if (labels.length === 0) {
    return null;
  }
  const signature = signatures.get(labels[0])?.bare.value ?? refuse("label_unmatched", labels[0]);
  return { label: labels[0], covered: inputs.get(labels[0]), signature };
}

/** The value of a parameter of a type; undefined where it is absent. */
export function parameter(params, name, type) {
  const bare = params.get(name);
  const word = name.replaceAll("-", "_");
  if (bare === undefined) {
    return undefined;
  }
  return bare.type === type && bare.value !== "" ? bare.value : refuse(`${word}_malformed`);
}

export const required = (params, name, type) =>
  parameter(params, name, type) ?? refuse(`${name.replaceAll("-", "_")}_missing`);

/** Parameters of requests and responses alike; gives `created`, `expires` and `nonce`. */
export function checkParameters({ items, params }, { min_nonce_chars = 1 }) {
  if (params.repeated) {
    refuse("parameter_repeated", params.repeated);
  }
  if (params.size > MAX_PARAMETERS) {
    refuse("too_many_parameters");
  }
  if (items.length > MAX_COMPONENTS) {
    refuse("too_many_components");
  }
  const unused = ["keyid", "alg"].find((name) => params.has(name));
  if (unused) {
    refuse(`${unused}_forbidden`);
  }
  const nonce = required(params, "nonce", "string");
  if (nonce.length < min_nonce_chars) {
    refuse("nonce_too_short");
  }
  return { created: required(params, "created", "integer"), expires: required(params, "expires", "integer"), nonce };
}

/** The window of validity (decision 17); gives the skew that is allowed. */
export function checkWindow({ created, expires }, { now, signature_leeway, signature_max_lifetime }) {
  const skew = leewayOf(signature_leeway);
  if (created > expires) {
    refuse("expires_before_created");
  }
  if (expires - created > (signature_max_lifetime ?? MAX_LIFETIME)) {
    refuse("lifetime_too_long");
  }
  if (created > now + skew) {
    refuse("not_yet_valid");
  }
  return now > expires + skew ? refuse("expired") : skew;
}

/** The components that have to be covered: identifiers as text. */
export function requiredComponents({ request, response }) {
  const target = request.method === "CONNECT" ? ["@authority"] : ["@path", "@query"];
  const present = (message, names) =>
    names.filter((name) => valuesOf(message.fields, name).length > 0).map((name) => `"${name}"`);
  if (response === undefined) {
    return [...["@method", ...target, WIT].map((name) => `"${name}"`), ...present(request, CONDITIONAL.request)];
  }
  const bound = ["@method", ...target].map((name) => `"${name}";req`);
  return [`"@status"`, ...bound, `"${WIT}"`, ...present(response, CONDITIONAL.response)];
}

/** Everything is covered, and nothing of a CONNECT that it does not have. */
export function checkCoverage({ items }, messages) {
  const texts = items.map((item) =>
    item.items || item.bare.type !== "string" ? refuse("member_type", "a component") : memberText(item),
  );
  const { method } = messages.request;
  if (method === "CONNECT" && items.some(({ bare }) => bare.value === "@path" || bare.value === "@query")) {
    refuse("component_forbidden");
  }
  if (!messages.response && items.some(({ params }) => params.has("req"))) {
    refuse("component_req_on_request");
  }
  const missing = requiredComponents(messages).find((text) => !texts.includes(text));
  return missing === undefined ? texts : refuse("not_covered", missing);
}

/** The signature over the base, by the key and the algorithm of `cnf`. */
export function checkSignature({ covered, signature }, messages, key, known) {
  verifyBytes(key.material, key.alg, signatureBase(covered, messages, known), signature);
}

/** Content has a digest; a digest is right, also that of no content (decision 20). */
export function checkContent({ fields, content }) {
  const lines = valuesOf(fields, "content-digest");
  if (lines.length > 0 || content.length > 0) {
    verifyDigest(content, lines);
  }
}

export function outputsOf(wit, { items }, nonce) {
  const covers = items
    .filter(({ params }) => params.size === 0)
    .map(({ bare }) => bare.value)
    .sort();
  const { text, trust_domain } = wit.subject;
  return { identifier: text, trust_domain, binding: "http-signature", covers, wit_jti: wit.jti ?? null, nonce };
}
