// Signs and verifies HTTP messages with the package `http-message-sig`, as a server and a client on loopback.
// The commands are those of http-message-signatures.mjs. V has a `label` too, which may be left out where there is one
// signature.
import { createPrivateKey, createPublicKey, sign as signWith, verify as verifyWith } from "node:crypto";
import { appendSignature, component, createSignature, verifySignature, webcrypto } from "http-message-sig";
import { SKEW, copying, exchange, judged, run, withDigest } from "./loopback.mjs";

const linesOf = (fields) =>
  Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value) => ({ name, value })));
const received = ({ rawHeaders }) =>
  rawHeaders.flatMap((name, index) => (index % 2 ? [] : [{ name, value: rawHeaders[index + 1] }]));

/** Ed25519 as the package does it; ECDSA P-256 is what it is given here. */
async function signerOf({ kty, crv, x, y, d }) {
  const jwk = { kty, crv, x, y, d };
  if (crv === "Ed25519") return webcrypto.signer(await crypto.subtle.importKey("jwk", jwk, crv, false, ["sign"]));
  const key = { key: createPrivateKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  return { algorithm: "ecdsa-p256-sha256", sign: (base) => signWith("sha256", base, key) };
}

async function verifierOf({ kty, crv, x, y }) {
  const jwk = { kty, crv, x, y };
  if (crv === "Ed25519") return webcrypto.verifier(await crypto.subtle.importKey("jwk", jwk, crv, false, ["verify"]));
  const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  return {
    algorithm: "ecdsa-p256-sha256",
    verify: (base, signature) => verifyWith("sha256", base, key, signature),
  };
}

/** The fields with both signature fields. */
async function signed(fields, message, { jwk, label, components, parameters }) {
  const made = await createSignature(message, {
    label,
    components: components.map(([name, own]) => component(name, Object.fromEntries(own))),
    parameters: Object.fromEntries(parameters),
    signer: await signerOf(jwk),
  });
  const there = new Headers(message.fields.filter(({ name }) => /^signature(-input)?$/i.test(name)).map(Object.values));
  return { ...fields, ...Object.fromEntries(appendSignature(there, made)) };
}

/** What the signature says, if it is valid and has the tag; throws if not. */
async function verified(message, { jwk, tag, label }) {
  const verifier = await verifierOf(jwk);
  let base;
  const kept = (bytes, signature) => {
    base = new TextDecoder().decode(bytes);
    return verifier.verify(bytes, signature);
  };
  const policy = {
    algorithms: [verifier.algorithm],
    requiredComponents: [],
    requiredParameters: ["created", "expires", "tag"],
    clockSkew: SKEW,
    validate: ({ parameters }) => parameters.tag === tag,
  };
  const resolveVerifier = () => ({ algorithm: verifier.algorithm, verify: kept });
  const { parameters } = await verifySignature(message, { label, policy, resolveVerifier });
  return { base, parameters };
}

async function reportOn(message, content, terms) {
  const digest = message.fields.find(({ name }) => name.toLowerCase() === "content-digest")?.value;
  return terms ? judged(() => verified(message, terms), digest, content) : {};
}

const requestOf = (method, authority, target, fields) => {
  return { kind: "request", method, targetUri: `http://${authority}${target}`, requestTarget: target, fields };
};
const requestFrom = (incoming) => requestOf(incoming.method, incoming.headers.host, incoming.url, received(incoming));

await run({
  judge: (incoming, content, terms) => reportOn(requestFrom(incoming), content, terms),

  async answer(incoming, report, { status, fields, body, sign }) {
    const headers = withDigest(fields, body);
    if (!sign) return { status, headers };
    const response = { kind: "response", status, fields: linesOf(headers), request: requestFrom(incoming) };
    return { status, headers: await signed(headers, response, copying(sign, report)) };
  },

  async send(command) {
    const { authority, method, target, fields, body, sign, verify } = command;
    let headers = withDigest(fields, body);
    if (sign) headers = await signed(headers, requestOf(method, authority, target, linesOf(headers)), sign);
    const { incoming, content } = await exchange(command, headers);
    const request = requestOf(method, authority, target, linesOf(headers));
    const response = { kind: "response", status: incoming.statusCode, fields: received(incoming), request };
    return { status: response.status, ...(await reportOn(response, content, verify)) };
  },
});
