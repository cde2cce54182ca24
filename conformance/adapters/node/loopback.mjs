// What both packages for HTTP message signatures need around them: a server and a client on loopback, Content-Digest,
// and the commands "serve", "seen" and "send" (http-message-signatures.mjs describes them).
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, request as connect } from "node:http";
import { buffer } from "node:stream/consumers";
import { answerLines } from "./lines.mjs";

const TIMEOUT = 10_000; // milliseconds

/** How far clocks may differ, in seconds. */
export const SKEW = 30;

const digestOf = (content) => `sha-256=:${createHash("sha256").update(content).digest("base64")}:`;

/** The fields, and where there is a body its digest. */
export const withDigest = (fields, body) => (body ? { ...fields, "content-digest": [digestOf(body)] } : fields);

/** What `verify` says of a message, and whether `digest`, its field, is that of the content. */
export async function judged(verify, digest, content) {
  try {
    const said = await verify();
    if ((content.length > 0 || digest) && digest !== digestOf(content)) throw new Error("digest");
    return said;
  } catch (error) {
    return { refused: error.code ?? error.message };
  }
}

/** The terms of a signature, with the parameters that are copied from the request. */
export function copying(sign, report) {
  const copied = Object.entries(sign.copied ?? {}).map(([name, from]) => [name, report.parameters[from]]);
  return { ...sign, parameters: [...sign.parameters, ...copied] };
}

/** Sends a request; the response and its content. */
export async function exchange({ authority, method, target, body }, headers) {
  const [host, port] = authority.split(":");
  const options = { host, port, method, path: target, headers, agent: false };
  const outgoing = connect({ ...options, signal: AbortSignal.timeout(TIMEOUT) }).end(body);
  const [incoming] = await once(outgoing, "response");
  return { incoming, content: await buffer(incoming) };
}

/**
 * Takes commands until the input ends. `judge` makes the report on a request that came in, `answer` the status and fields
 * of the response to it, and `send` carries out the command of that name.
 */
export async function run({ judge, answer, send }) {
  const reports = [];
  let server;

  async function respond(incoming, outgoing, terms) {
    const content = await buffer(incoming);
    const report = { method: incoming.method, target: incoming.url };
    Object.assign(report, await judge(incoming, content, terms.verify));
    reports.push(report);
    if (report.refused) return outgoing.writeHead(400).end();
    const { status, headers } = await answer(incoming, report, terms.answer);
    outgoing.writeHead(status, headers).end(terms.answer.body);
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
    seen: () => reports.shift() ?? { error: "no request" },
    send,
  };
  await answerLines(({ do: operation, ...command }) => operations[operation](command));
  process.exit();
}
