// What is covered: each operation, and the features that Node and the packages have.
import { operations as acceptSignature } from "./accept-signature.mjs";
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
  ...peer,
  sequence: async ({ steps }, config, memories) => {
    const results = [];
    for (const step of steps) {
      results.push(await outcome(step.operation, step.input, { ...config, ...step.config }, memories));
    }
    return { steps: results };
  },
};

export const NAMED = Object.keys(OPERATIONS);

/** Can the operation, with the steps that it may have, be carried out here? */
export function isCovered(operation, { steps = [] }) {
  return (
    NAMED.includes(operation) &&
    (operation !== "sequence" || steps.every((step) => isCovered(step.operation, step.input)))
  );
}

/** What comes out of an operation, as the protocol has it. */
export async function outcome(operation, input, config = {}, memories = new Memories()) {
  try {
    return { result: "accept", outputs: await OPERATIONS[operation](input, config, memories) };
  } catch (error) {
    if (error instanceof Refusal) {
      return { result: "reject", code: error.code, detail: error.message };
    }
    return { result: "error", detail: String(error?.stack ?? error) };
  }
}
