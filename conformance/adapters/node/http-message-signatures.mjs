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
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { once } from "node:events";
import { createServer, request as connect } from "node:http";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { createSigner, createVerifier, httpbis } from "http-message-signatures";

const TIMEOUT = 10_000; // milliseconds
const SKEW = 30; // seconds

const algorithmOf = (jwk) => ({ Ed25519: "ed25519", "P-256": "ecdsa-p256-sha256" })[jwk.crv];
const digestOf = (content) => `sha-256=:${createHash("sha256").update(content).digest("base64")}:`;
const withDigest = (fields, body) => (body ? { ...fields, "content-digest": [digestOf(body)] } : fields);

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

async function judged(message, content, terms, request) {
  if (!terms) return {};
  try {
    const said = await verified(message, terms, request);
    const digest = message.headers["content-digest"]?.join(", ");
    if ((content.length > 0 || digest) && digest !== digestOf(content)) throw new Error("digest");
    return said;
  } catch (error) {
    return { refused: error.code ?? error.message };
  }
}

const reports = [];
let server;

async function respond(incoming, outgoing, { verify, answer }) {
  const content = await buffer(incoming);
  const url = `http://${incoming.headers.host}${incoming.url}`;
  const request = { method: incoming.method, url, headers: incoming.headersDistinct };
  const report = { method: incoming.method, target: incoming.url, ...(await judged(request, content, verify)) };
  reports.push(report);
  if (report.refused) return outgoing.writeHead(400).end();
  let response = { status: answer.status, headers: withDigest(answer.fields, answer.body) };
  if (answer.sign) {
    const copied = Object.entries(answer.sign.copied ?? {}).map(([name, from]) => [name, report.parameters[from]]);
    const sign = { ...answer.sign, parameters: [...answer.sign.parameters, ...copied] };
    response = await signed(response, sign, request);
  }
  outgoing.writeHead(response.status, response.headers).end(answer.body);
}

const operations = {
  async serve(terms) {
    server?.close();
    server?.closeAllConnections();
    server = createServer((incoming, outgoing) => {
      respond(incoming, outgoing, terms).catch((error) => {
        reports.push({ error: String(error.message) });
        outgoing.destroy();
      });
    });
    server.setTimeout(TIMEOUT);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { authority: `127.0.0.1:${server.address().port}` };
  },

  async seen() {
    return reports.shift() ?? { error: "no request" };
  },

  async send({ authority, method, target, fields, body, sign, verify }) {
    let request = { method, url: `http://${authority}${target}`, headers: withDigest(fields, body) };
    if (sign) request = await signed(request, sign);
    const [host, port] = authority.split(":");
    const options = { host, port, method, path: target, headers: request.headers, agent: false };
    const outgoing = connect({ ...options, signal: AbortSignal.timeout(TIMEOUT) }).end(body);
    const [incoming] = await once(outgoing, "response");
    const content = await buffer(incoming);
    const response = { status: incoming.statusCode, headers: incoming.headersDistinct };
    return { status: response.status, ...(await judged(response, content, verify, request)) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { do: operation, ...command } = JSON.parse(line);
    answer = await operations[operation](command);
  } catch (error) {
    answer = { error: String(error.message ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
process.exit();
