// What is covered: each operation, and the features that Node and the packages have.
import { operations as acceptSignature } from "./accept-signature.mjs";
import { operations as answer } from "./answer.mjs";
import { operations as bundle } from "./bundle.mjs";
import { operations as digest } from "./digest.mjs";
import { operations as identifier } from "./identifier.mjs";
import { operations as jwk } from "./jwk.mjs";
import { operations as jws } from "./jws.mjs";
import { operations as peer } from "./peer.mjs";
import { operations as profileSign } from "./profile-sign.mjs";
import { operations as profileVerify } from "./profile-verify.mjs";
import { operations as sfv } from "./sfv.mjs";
import { operations as signature } from "./signature.mjs";
import { operations as wit } from "./wit.mjs";
import { operations as witIssue } from "./wit-issue.mjs";
import { operations as wpt } from "./wpt.mjs";
import { operations as wptCreate } from "./wpt-create.mjs";
import { NAMES } from "./algorithms.mjs";
import { Refusal } from "./refusal.mjs";
import { Memories } from "./replay.mjs";

const PROFILES = ["canonical-identifiers", "baseline-identifiers", "generic-identifiers", "spiffe-bundle", "wit-svid"];
export const FEATURES = [...NAMES, ...PROFILES];

/** Operation to a function of input, configuration and memories; it returns outputs or refuses. */
const OPERATIONS = {
  ...identifier,
  ...jwk,
  ...bundle,
  ...jws,
  ...wit,
  ...witIssue,
  ...wpt,
  ...wptCreate,
  ...sfv,
  ...digest,
  ...signature,
  ...profileVerify,
  ...profileSign,
  ...acceptSignature,
  ...answer,
  ...peer,
};

const MAX_STEPS = 64;
export const NAMED = [...Object.keys(OPERATIONS), "sequence"];

/** What comes out of an operation, as the protocol has it; a defect is an `Error`, and goes on. */
async function outcome(operation, input, config, memories) {
  try {
    return { result: "accept", outputs: await OPERATIONS[operation](input, config, memories) };
  } catch (error) {
    if (error instanceof Refusal) {
      return { result: "reject", code: error.code, detail: error.message };
    }
    throw error;
  }
}

/** One after the other, with the same memories; the configuration of a step stands before that of the case. */
async function sequence(steps, config) {
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > MAX_STEPS) {
    throw new Error(`not from 1 to ${MAX_STEPS} steps`);
  }
  const lacking = steps.map(({ operation }) => operation).filter((name) => !Object.hasOwn(OPERATIONS, name));
  if (lacking.length > 0) {
    return { result: "skip", detail: `no ${lacking.join(", ")}` };
  }
  const memories = new Memories();
  const results = [];
  for (const step of steps) {
    results.push(await outcome(step.operation, step.input, { ...config, ...step.config }, memories));
  }
  return { result: "accept", outputs: { steps: results } };
}

/** The result of a case. What cannot be carried out although it is covered is an error. */
export async function judge({ operation, features = [], input, config }) {
  const lacking = [
    ...(NAMED.includes(operation) ? [] : [operation]),
    ...features.filter((feature) => !FEATURES.includes(feature)),
  ];
  if (lacking.length > 0) {
    return { result: "skip", detail: `no ${lacking.join(", ")}` };
  }
  try {
    return operation === "sequence"
      ? await sequence(input.steps, config)
      : await outcome(operation, input, config, new Memories());
  } catch (error) {
    process.stderr.write(`${error?.stack}\n`);
    return { result: "error", detail: String(error) };
  }
}
