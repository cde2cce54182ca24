// Signs and verifies HTTP messages with the package `http-message-sig`, as a server and a client on loopback.
// The commands are those of http-message-signatures.mjs. V has a `label` too, which may be left out where there is one
// signature.
import { createHash, createPrivateKey, createPublicKey, sign as signWith, verify as verifyWith } from "node:crypto";
import { once } from "node:events";
import { createServer, request as connect } from "node:http";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { appendSignature, component, createSignature, verifySignature, webcrypto } from "http-message-sig";

const TIMEOUT = 10_000; // milliseconds
const SKEW = 30; // seconds

const digestOf = (content) => `sha-256=:${createHash("sha256").update(content).digest("base64")}:`;
const withDigest = (fields, body) => (body ? { ...fields, "content-digest": [digestOf(body)] } : fields);

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

async function judged(message, content, terms) {
  if (!terms) return {};
  try {
    const said = await verified(message, terms);
    const digest = message.fields.find(({ name }) => name.toLowerCase() === "content-digest")?.value;
    if ((content.length > 0 || digest) && digest !== digestOf(content)) throw new Error("digest");
    return said;
  } catch (error) {
    return { refused: error.code ?? error.message };
  }
}

const requestOf = (method, authority, target, fields) => {
  return { kind: "request", method, targetUri: `http://${authority}${target}`, requestTarget: target, fields };
};

const reports = [];
let server;

async function respond(incoming, outgoing, { verify, answer }) {
  const content = await buffer(incoming);
  const { method, url: target } = incoming;
  const request = requestOf(method, incoming.headers.host, target, received(incoming));
  const report = { method, target, ...(await judged(request, content, verify)) };
  reports.push(report);
  if (report.refused) return outgoing.writeHead(400).end();
  let fields = withDigest(answer.fields, answer.body);
  if (answer.sign) {
    const copied = Object.entries(answer.sign.copied ?? {}).map(([name, from]) => [name, report.parameters[from]]);
    const sign = { ...answer.sign, parameters: [...answer.sign.parameters, ...copied] };
    const response = { kind: "response", status: answer.status, fields: linesOf(fields), request };
    fields = await signed(fields, response, sign);
  }
  outgoing.writeHead(answer.status, fields).end(answer.body);
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
    let headers = withDigest(fields, body);
    if (sign) headers = await signed(headers, requestOf(method, authority, target, linesOf(headers)), sign);
    const [host, port] = authority.split(":");
    const options = { host, port, method, path: target, headers, agent: false };
    const outgoing = connect({ ...options, signal: AbortSignal.timeout(TIMEOUT) }).end(body);
    const [incoming] = await once(outgoing, "response");
    const content = await buffer(incoming);
    const request = requestOf(method, authority, target, linesOf(headers));
    const response = { kind: "response", status: incoming.statusCode, fields: received(incoming), request };
    return { status: response.status, ...(await judged(response, content, verify)) };
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
