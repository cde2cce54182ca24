// The harness of the conformance suite for JavaScript: one JSON message a line in, one a line out (conformance/PROTOCOL.md).
// An independent reading of the drafts on `jose`, `structured-headers`, `http-message-signatures` and Node's own crypto.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { Refusal } from "./harness/refusal.mjs";
import { FEATURES, OPERATIONS } from "./harness/operations.mjs";

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));

function hello() {
  return {
    type: "hello",
    protocol: 1,
    name: "wimse-adapter-node",
    version: version ?? "0.0.0",
    language: "JavaScript",
    operations: Object.keys(OPERATIONS),
    features: FEATURES,
  };
}

async function judge({ seq, operation, input, config, algorithm, features }) {
  const result = { type: "result", seq };
  const needs = [...(features ?? []), ...(algorithm ? [algorithm] : [])];
  const lacking = needs.find((feature) => !FEATURES.includes(feature));
  if (!OPERATIONS[operation] || lacking) {
    return { ...result, result: "skip", detail: `no ${lacking ?? operation}` };
  }
  try {
    return { ...result, result: "accept", outputs: await OPERATIONS[operation](input, config ?? {}) };
  } catch (error) {
    if (error instanceof Refusal) {
      return { ...result, result: "reject", code: error.code, detail: error.message };
    }
    return { ...result, result: "error", detail: String(error?.stack ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  const answer = message.type === "hello" ? hello() : await judge(message);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
