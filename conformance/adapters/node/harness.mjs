// The harness of the conformance suite in JavaScript: one JSON message a line on standard input, one answer a line on
// standard output (conformance/PROTOCOL.md). It reads the drafts by itself: keys and JWS with the package `jose`, other
// signatures with Node's own crypto, and the rest in `harness/`. What is no message of the protocol ends it.
import { readFileSync } from "node:fs";
import { FEATURES, NAMED, judge } from "./harness/operations.mjs";

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
const PROTOCOL = 1;
const MAX_LINE = 4 * 1024 * 1024;
const LF = 0x0a;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const HELLO = {
  type: "hello",
  protocol: PROTOCOL,
  name: "wimse-adapter-node",
  version,
  language: "JavaScript",
  operations: NAMED,
  features: FEATURES,
};

/** The lines of the input without their ends; `readline` would also split at U+2028. */
async function* linesOf(input) {
  let [parts, length] = [[], 0];
  for await (let chunk of input) {
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF)) {
      yield UTF8.decode(Buffer.concat([...parts, chunk.subarray(0, end)]));
      [parts, length, chunk] = [[], 0, chunk.subarray(end + 1)];
    }
    parts.push(chunk);
    length += chunk.length;
    if (length >= MAX_LINE) {
      throw new Error("a line is too long");
    }
  }
  if (length > 0) {
    throw new Error("the last line has no end");
  }
}

async function answer(message) {
  if (message?.type === "hello" && message.protocol === PROTOCOL) {
    return HELLO;
  }
  if (message?.type === "case" && Number.isInteger(message.seq)) {
    return { type: "result", seq: message.seq, ...(await judge(message)) };
  }
  throw new Error(`neither hello of protocol ${PROTOCOL} nor a case`);
}

try {
  for await (const line of linesOf(process.stdin)) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
} catch (error) {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
  process.stdin.destroy();
}
