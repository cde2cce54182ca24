// Signatures of RFC 9421: the two fields, plain verification and plain signing. The keys and algorithms are JOSE ones.
import { constants, createPublicKey, sign, verify } from "node:crypto";
import { algorithmOf } from "./algorithms.mjs";
import { bytesOf, latin1 } from "./bytes.mjs";
import { signatureBase } from "./components.mjs";
import { parseMessage, valuesOf } from "./http.mjs";
import { privateKey, publicKey } from "./jwk.mjs";
import { prefixed, refuse } from "./refusal.mjs";
import { bareOf, isInnerList, isKey, memberText, parseDictionary, parseInnerList } from "./sfv.mjs";

const MAX_FIELD = 8192;
const MAX_SIGNATURES = 8;
// RFC 9421 section 6.2 and the JOSE algorithms that are the same.
const REGISTERED = {
  "ecdsa-p256-sha256": "ES256",
  "ecdsa-p384-sha384": "ES384",
  ed25519: "Ed25519",
  "rsa-v1_5-sha256": "RS256",
  "rsa-pss-sha512": "PS512",
};

const optionsOf = (algorithm, key) =>
  algorithm.pss
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { key, dsaEncoding: "ieee-p1363" };

/** Verifies bytes, or text that is ASCII, under the JOSE name of an algorithm. */
export function verifyBytes(material, name, base, signature) {
  const algorithm = algorithmOf(name);
  if (algorithm.size !== undefined && signature.length !== algorithm.size) {
    refuse("signature", `${signature.length} bytes`);
  }
  const key = createPublicKey({ key: material, format: "jwk" });
  if (!verify(algorithm.hash, Buffer.from(base), optionsOf(algorithm, key), signature)) {
    refuse("signature");
  }
}

export function signBytes(own, base) {
  const algorithm = algorithmOf(own.algorithm);
  return sign(algorithm.hash, Buffer.from(base), optionsOf(algorithm, own.object));
}

/** One of the fields as a Dictionary; undefined where there is none. */
function dictionaryOf(fields, name) {
  const values = valuesOf(fields, name);
  if (values.length === 0) {
    return undefined;
  }
  const text = values.join(", ");
  if (text.length > MAX_FIELD) {
    refuse("field_too_large", name);
  }
  const dictionary = parseDictionary(text);
  if (dictionary.size === 0) {
    refuse("field_malformed", `${name} is empty`);
  }
  if (dictionary.repeated) {
    refuse("label_repeated", dictionary.repeated);
  }
  return dictionary.size > MAX_SIGNATURES ? refuse("too_many_signatures") : dictionary;
}

/** The signatures of a message by label: `covered` and `signature`. Both maps are empty where it carries none. */
export function signaturesOf({ fields }) {
  const inputs = dictionaryOf(fields, "signature-input");
  const signatures = dictionaryOf(fields, "signature");
  if (!inputs && !signatures) {
    return { inputs: new Map(), signatures: new Map() };
  }
  if (!inputs || !signatures) {
    refuse(inputs ? "signature_missing" : "input_missing");
  }
  if ([...inputs.values()].some((member) => !isInnerList(member))) {
    refuse("member_type", "Signature-Input");
  }
  if ([...signatures.values()].some((member) => isInnerList(member) || member.bare.type !== "bytes")) {
    refuse("member_type", "Signature");
  }
  return { inputs, signatures };
}

/** The labels whose `tag` is that String. */
export const labelsWith = (inputs, tag) =>
  [...inputs]
    .filter(([, { params }]) => params.get("tag")?.type === "string" && params.get("tag").value === tag)
    .map(([label]) => label);

/** Messages of an input, parsed. */
export function messagesOf({ request, response }) {
  const parsed = (value) => (value === undefined ? undefined : parseMessage(bytesOf(value), { folding: true }));
  return { request: parsed(request), response: parsed(response) };
}

function selected(inputs, { label, tag }) {
  if (label !== undefined) {
    return inputs.has(label) ? label : refuse("label_not_found");
  }
  const labels = labelsWith(inputs, tag);
  return labels.length > 1 ? refuse("tag_ambiguous") : (labels[0] ?? refuse("tag_not_found"));
}

function verifyPlain(input, config) {
  const messages = messagesOf(input);
  const { inputs, signatures } = signaturesOf(messages.response ?? messages.request);
  const label = selected(inputs, config);
  const covered = inputs.get(label);
  const signature = signatures.get(label)?.bare.value ?? refuse("label_unmatched");
  if (covered.params.repeated) {
    refuse("parameter_repeated", covered.params.repeated);
  }
  const key = publicKey(config.key);
  const alg = covered.params.get("alg")?.value;
  const name = key.algorithms[0];
  if (alg !== undefined && REGISTERED[alg] !== (name === "EdDSA" ? "Ed25519" : name)) {
    refuse("alg_mismatch");
  }
  const expires = covered.params.get("expires");
  if (config.now !== undefined && expires !== undefined && config.now > expires.value) {
    refuse("expired");
  }
  const base = signatureBase(covered, messages, config);
  verifyBytes(key.material, name, base, signature);
  return { base, parameters: parametersOf(covered) };
}

export const parametersOf = ({ params }) => Object.fromEntries([...params].map(([name, { value }]) => [name, value]));

/** The covered component of a configured name, which may end in `;req`. */
export function componentOf(name) {
  const [plain, flag] = name.split(";");
  const params = new Map(flag === "req" ? [["req", { type: "boolean", value: true }]] : []);
  return { bare: { type: "string", value: plain }, params };
}

function signPlain(input, { key, label, components, parameters = [], ...known }) {
  const messages = messagesOf(input);
  const own = privateKey(key);
  if (!isKey(label)) {
    refuse("label");
  }
  if (components.length === 0) {
    refuse("nothing_covered");
  }
  const params = new Map(parameters.map(([name, value]) => [name, bareOf(value)]));
  const alg = params.get("alg")?.value;
  if (alg !== undefined && REGISTERED[alg] !== (own.algorithm === "EdDSA" ? "Ed25519" : own.algorithm)) {
    refuse("alg_mismatch");
  }
  const covered = { items: components.map(componentOf), params };
  const base = signatureBase(covered, messages, known);
  const signature = signBytes(own, base);
  verifyBytes(own.material, own.algorithm, base, signature);
  return { signature_input: memberText(covered), base, signature: signature.toString("base64"), signature_valid: true };
}

export const operations = {
  "httpsig.base": (input, known) =>
    prefixed("httpsig.", () => {
      const covered = parseInnerList(latin1(bytesOf(input.covered)));
      return { base: signatureBase(covered, messagesOf(input), known) };
    }),
  "httpsig.verify": (input, config) => prefixed("httpsig.", () => verifyPlain(input, config)),
  "httpsig.sign": (input, config) => prefixed("httpsig.", () => signPlain(input, config)),
};
