// The harness of the conformance suite in JavaScript: one JSON message a line on standard input, one answer a line on
// standard output (conformance/PROTOCOL.md). It reads the drafts by itself: keys and JWS with the package `jose`, other
// signatures with Node's own crypto, and the rest in `harness/`.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { FEATURES, isCovered, NAMED, outcome } from "./harness/operations.mjs";

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));

const HELLO = {
  type: "hello",
  protocol: 1,
  name: "wimse-adapter-node",
  version,
  language: "JavaScript",
  operations: NAMED,
  features: FEATURES,
};

async function judge({ seq, operation, input, config, algorithm, features }) {
  const needs = [...(features ?? []), ...(algorithm ? [algorithm] : [])];
  const lacking = needs.find((feature) => !FEATURES.includes(feature));
  if (lacking || !isCovered(operation, input)) {
    return { type: "result", seq, result: "skip", detail: `no ${lacking ?? operation}` };
  }
  return { type: "result", seq, ...(await outcome(operation, input, config)) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(message.type === "hello" ? HELLO : await judge(message))}\n`);
}
