// Signs and verifies HTTP messages with the package `http-message-signatures`, as a server and a client on loopback.
// One JSON command a line, one JSON answer a line; what fails answers {"error": "…"}.
//
//   {"do": "serve", "verify": V, "answer": {"status": 200, "fields": F, "body": "…", "sign": S}}
//       -> {"authority": "127.0.0.1:…"} of a server that takes the place of the one before
//   {"do": "seen"}
//       -> the report on the oldest request that was not reported yet
//   {"do": "send", "authority": "127.0.0.1:…", "method": "…", "target": "/…", "fields": F, "body": "…",
//       "sign": S, "verify": V}
//       -> the report on the response
//
//   F  {"name": ["the value", "of each line"]}; where there is a body, Content-Digest is added
//   S  {"jwk": {private key}, "label": "…", "components": [["@path", [["req", true]]], …],
//       "parameters": [["tag", "…"], …], "copied": {"a parameter": "that of the request which has the value"}}
//   V  {"jwk": {public key}, "tag": "…"}
//
// A report has `status`, or `method` and `target`. Where there was a V, it also has the signature `base` and the
// `parameters`, or `refused` with the cause. Bodies, S and V may be left out.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { createSigner, createVerifier, httpbis } from "http-message-signatures";
import { SKEW, copying, exchange, judged, run, withDigest } from "./loopback.mjs";

const algorithmOf = (jwk) => ({ Ed25519: "ed25519", "P-256": "ecdsa-p256-sha256" })[jwk.crv];

/** The message with both signature fields. */
function signed(message, { jwk, label, components, parameters }, request) {
  const flag = ([name, value]) => (value === true ? name : `${name}="${value}"`);
  const time = ([name, value]) => [name, ["created", "expires"].includes(name) ? new Date(value * 1000) : value];
  const config = {
    key: createSigner(createPrivateKey({ key: jwk, format: "jwk" }), algorithmOf(jwk)),
    name: label,
    fields: components.map(([name, own]) => [`"${name}"`, ...own.map(flag)].join(";")),
    params: parameters.map(([name]) => name),
    paramValues: Object.fromEntries(parameters.map(time)),
  };
  return httpbis.signMessage(config, message, request);
}

/** What a valid signature with the tag says; throws if there is none. */
async function verified(message, { jwk, tag }, request) {
  const algorithm = algorithmOf(jwk);
  const verify = createVerifier(createPublicKey({ key: jwk, format: "jwk" }), algorithm);
  let said;
  const keyLookup = async (parameters) => {
    if (parameters.tag !== tag) return null;
    const key = { algs: [algorithm] };
    key.verify = (base, signature) => {
      said = { base: base.toString(), parameters };
      return verify(base, signature);
    };
    return key;
  };
  const config = { keyLookup, tolerance: SKEW, requiredParams: ["created", "expires"] };
  const verdict = await httpbis.verifyMessage(config, message, request);
  if (verdict !== true) throw new Error(verdict === null ? "unsigned" : "invalid");
  return said;
}

async function reportOn(message, content, terms, request) {
  const digest = message.headers["content-digest"]?.join(", ");
  return terms ? judged(() => verified(message, terms, request), digest, content) : {};
}

const requestOf = ({ method, url: target, headers: { host }, headersDistinct }) => {
  return { method, url: `http://${host}${target}`, headers: headersDistinct };
};

await run({
  judge: (incoming, content, terms) => reportOn(requestOf(incoming), content, terms),

  async answer(incoming, report, { status, fields, body, sign }) {
    const response = { status, headers: withDigest(fields, body) };
    return sign ? signed(response, copying(sign, report), requestOf(incoming)) : response;
  },

  async send(command) {
    const { authority, method, target, fields, body, sign, verify } = command;
    let request = { method, url: `http://${authority}${target}`, headers: withDigest(fields, body) };
    if (sign) request = await signed(request, sign);
    const { incoming, content } = await exchange(command, request.headers);
    const response = { status: incoming.statusCode, headers: incoming.headersDistinct };
    return { status: response.status, ...(await reportOn(response, content, verify, request)) };
  },
});
