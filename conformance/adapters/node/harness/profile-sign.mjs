// Signing requests and responses of the profile (http-signature sections 3 and 3.5).
import { wishForResponse, wishOf, wishText } from "./accept-signature.mjs";
import { defaultAudience, hierarchical } from "./audience.mjs";
import { bytesOf, valueOf } from "./bytes.mjs";
import { identifierText, signatureBase } from "./components.mjs";
import { checkChannel, checkNonce, credentialOf } from "./credential.mjs";
import { digestOf, isSupported, verifyDigest } from "./digest.mjs";
import { fieldsOf, parseMessage, valuesOf } from "./http.mjs";
import { checkSingle, findSignature, requiredComponents, TAG, WIT } from "./profile.mjs";
import { verifySignedRequest } from "./profile-verify.mjs";
import { prefixed, refuse } from "./refusal.mjs";
import { bareOf, isKey, memberText } from "./sfv.mjs";
import { componentOf, parametersOf, signaturesOf, signBytes, verifyBytes } from "./signature.mjs";

const LIFETIME = { usual: 60, longest: 300 };
// 64 bits in base64url (SIG8, section 3).
const NONCE_CHARS = 11;
const WITHOUT_CONTENT = [204, 304];

/** The lifetime and the nonce that a signer was told. */
function checkOrder({ lifetime = LIFETIME.usual, nonce }) {
  if (!(lifetime >= 1 && lifetime <= LIFETIME.longest)) {
    refuse("lifetime");
  }
  return checkNonce(nonce).length >= NONCE_CHARS ? lifetime : refuse("nonce_too_short");
}

/** The digest of the content: the one that is there, if it is right, or a new one; null without content. */
function addDigest(message, { digest_algorithm = "sha-256" }) {
  const lines = valuesOf(message.fields, "content-digest");
  if (lines.length > 0) {
    verifyDigest(message.content, lines);
    return lines.join(", ");
  }
  if (message.content.length === 0) {
    return null;
  }
  const digest = digestOf(
    message.content,
    isSupported(digest_algorithm) ? digest_algorithm : refuse("digest_unsupported"),
  );
  message.fields.push(["content-digest", digest]);
  return digest;
}

/** The list of components: what the profile demands, and what is wanted besides. */
function componentsOf(messages, wish, covering = []) {
  const items = new Map();
  const names = requiredComponents(messages).map((text) => text.replaceAll('"', ""));
  for (const item of [...[...names, ...covering].map(componentOf), ...wish.items]) {
    items.set(identifierText(item), item);
  }
  return [...items.values()];
}

/** Signs a message that is complete but for its signature. */
function signed(messages, own, { label, items, parameters, known }) {
  const message = messages.response ?? messages.request;
  const params = new Map(Object.entries(parameters).map(([name, value]) => [name, bareOf(value)]));
  const covered = { items, params };
  const base = signatureBase(covered, messages, known);
  const signature = signBytes(own, base);
  verifyBytes(own.material, own.algorithm, base, signature);
  const added = [
    ["signature-input", `${label}=${memberText(covered)}`],
    ["signature", `${label}=:${signature.toString("base64")}:`],
  ];
  return {
    components: items.map(memberText).sort(),
    parameters: parametersOf(covered),
    label,
    signatures: signaturesOf(message).inputs.size + 1,
    headers: [...message.fields, ...added].map(([name, value]) => [name, valueOf(Buffer.from(value, "latin1"))]),
    base,
    signature: signature.toString("base64"),
    signature_valid: true,
  };
}

function checkUnsigned(message) {
  if (valuesOf(message.fields, WIT).length > 0) {
    refuse("wit_present");
  }
  return findSignature(message) === null || refuse("already_signed");
}

/** A label that no other signature of the message has. */
function labelFor({ label = "sig1" }, wish, message) {
  const taken = signaturesOf(message).inputs;
  const wanted = wish.label ?? label;
  if (!isKey(wanted)) {
    refuse("label");
  }
  return taken.has(wanted)
    ? [..."123456789"].map((number) => `${wanted}-${number}`).find((free) => !taken.has(free))
    : wanted;
}

/** The target of a request that is made, in the form that it is sent in, and what the signer knows of its authority. */
function targetOf(method, uri) {
  const parts = hierarchical(uri);
  if (method === "CONNECT" || parts === null) {
    return { target: uri, known: {} };
  }
  const [, path, query] = /^[^:]*:\/\/[^/?#]*([^?#]*)(\?[^#]*)?/.exec(uri);
  const authority = parts.port === "" ? parts.host : `${parts.host}:${parts.port}`;
  return { target: `${path || "/"}${query ?? ""}`, known: { scheme: parts.scheme, authority } };
}

function audienceOf(uri, { aud }) {
  return aud === "" ? refuse("audience_empty") : (aud ?? defaultAudience(uri, "audience_unknown"));
}

/** Adds what a client wishes of the response: all that the profile covers. */
function addWish(message) {
  const { text, shown } = wishText(wishForResponse(message));
  message.fields.push(["accept-signature", text]);
  return shown;
}

async function signRequest({ method, uri, headers, content, wanted }, config) {
  const { target, known } = targetOf(method, uri);
  const message = {
    method,
    target,
    fields: fieldsOf(headers),
    content: content ? bytesOf(content) : Buffer.alloc(0),
    trailers: [],
  };
  checkUnsigned(message);
  checkSingle(message);
  const lifetime = checkOrder(config);
  const { text, own } = await credentialOf(config.wit, config.key, config.now);
  checkChannel(uri, config.channel_is_secure, "insecure_channel");
  const aud = audienceOf(uri, config);
  const content_digest = addDigest(message, config);
  message.fields.push([WIT, text]);
  const accept_signature = config.accept_signature ? addWish(message) : null;
  const wish = wishOf(wanted);
  const parameters = {
    created: config.now,
    expires: config.now + lifetime,
    nonce: config.nonce,
    tag: TAG,
    "wimse-aud": aud,
    ...(config.require_signed_response ? { "wimse-sign-response": true } : {}),
  };
  const messages = { request: message };
  const items = componentsOf(messages, wish, config.covering);
  const made = signed(messages, own, { label: labelFor(config, wish, message), items, parameters, known });
  return { ...made, content_digest, workload_identity_token: text, accept_signature };
}

async function signResponse({ request, status, headers, content, wanted }, config, memories) {
  const { nonce } = await verifySignedRequest(request, config, memories);
  const asked = parseMessage(bytesOf(request));
  const empty = asked.method === "HEAD" || WITHOUT_CONTENT.includes(status) || !content;
  const message = {
    status,
    fields: fieldsOf(headers),
    content: empty ? Buffer.alloc(0) : bytesOf(content),
    trailers: [],
  };
  checkUnsigned(message);
  checkSingle(message);
  const lifetime = checkOrder(config);
  const { text, own } = await credentialOf(config.wit, config.key, config.now);
  const content_digest = addDigest(message, config);
  message.fields.push([WIT, text]);
  const wish = wishOf(wanted);
  const parameters = {
    created: config.now,
    expires: config.now + lifetime,
    nonce: config.nonce,
    tag: TAG,
    "wimse-req-nonce": nonce,
  };
  const covering = [
    ...(config.covering ?? []),
    ...(config.cover_request_wit ? [`${WIT};req`] : []),
    ...(config.cover_request_digest && valuesOf(asked.fields, "content-digest").length > 0
      ? ["content-digest;req"]
      : []),
  ];
  const messages = { request: asked, response: message };
  const items = componentsOf(messages, wish, covering);
  const made = signed(messages, own, { label: labelFor(config, wish, message), items, parameters, known: config });
  return { ...made, content_digest, workload_identity_token: text, accept_signature: null };
}

export const operations = {
  "profile.sign_request": (input, config) => prefixed("httpsig.", () => signRequest(input, config)),
  "profile.sign_response": (input, config, memories) =>
    prefixed("httpsig.", () => signResponse(input, config, memories)),
};
