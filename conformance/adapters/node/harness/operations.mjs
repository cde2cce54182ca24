// What is covered: each operation, and the algorithms that Node and `jose` have.
import { operations as bundle } from "./bundle.mjs";
import { operations as digest } from "./digest.mjs";
import { operations as identifier } from "./identifier.mjs";
import { operations as jwk } from "./jwk.mjs";
import { operations as jws } from "./jws.mjs";
import { operations as profileSign } from "./profile-sign.mjs";
import { operations as profileVerify } from "./profile-verify.mjs";
import { operations as signature } from "./signature.mjs";
import { operations as wit } from "./wit.mjs";
import { operations as witIssue } from "./wit-issue.mjs";
import { operations as wpt } from "./wpt.mjs";
import { operations as wptCreate } from "./wpt-create.mjs";

export const FEATURES = ["ES256", "ES384", "ES512", "Ed25519", "EdDSA", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/** Operation to a function of input and configuration; it returns outputs or refuses. */
export const OPERATIONS = { ...identifier, ...jwk, ...bundle, ...jws, ...wit, ...witIssue, ...wpt, ...wptCreate, ...digest, ...signature, ...profileVerify, ...profileSign };
