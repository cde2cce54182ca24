// Verifying requests and responses of the profile (http-signature sections 3 and 3.5).
import { acceptsWimseAud, audiencePath } from "./audience.mjs";
import { bytesOf } from "./bytes.mjs";
import { parseMessage, valuesOf } from "./http.mjs";
import {
  checkContent,
  checkCoverage,
  checkParameters,
  checkSignature,
  checkSingle,
  checkWindow,
  findSignature,
  outputsOf,
  parameter,
  required,
  WIT,
} from "./profile.mjs";
import { prefixed, refuse } from "./refusal.mjs";
import { verifyWit, witField } from "./wit.mjs";

/** The parameters that only requests have. */
function requestParameters({ params }) {
  if (params.has("wimse-req-nonce")) {
    refuse("wimse_req_nonce_forbidden");
  }
  const aud = required(params, "wimse-aud", "string");
  return { aud, demanded: parameter(params, "wimse-sign-response", "boolean") ?? false };
}

async function requestSteps(request, config, memories) {
  checkSingle(request);
  const found = findSignature(request) ?? refuse("unsigned");
  const { created, expires, nonce } = checkParameters(found.covered, config);
  const { aud, demanded } = requestParameters(found.covered);
  const wit = await verifyWit(Buffer.from(witField(request.fields), "latin1"), config);
  const messages = { request };
  checkCoverage(found.covered, messages);
  checkSignature(found, messages, wit.key, config);
  checkContent(request);
  if (!acceptsWimseAud(aud, audiencePath(request), config.audience)) {
    refuse("audience_mismatch");
  }
  const skew = checkWindow({ created, expires }, config);
  const signing = config.response_signing ?? "when_required";
  if (demanded && signing === "unsupported") {
    refuse("signed_response_unsupported");
  }
  memories.of("request", config).insert(nonce, wit.subject.text, expires + skew, config.now, "httpsig.replayed");
  return { ...outputsOf(wit, found.covered, nonce), response_required: demanded || signing === "always" };
}

/** Verifies a request with its content. */
export function verifySignedRequest(value, config, memories) {
  const request = parseMessage(bytesOf(value));
  return prefixed("httpsig.", () => requestSteps(request, config, memories));
}

/** Whether the identifier is that of the workload that was called (decision 42). */
function isExpected({ text }, expected) {
  if (expected === "any_trusted_workload") {
    return true;
  }
  if (expected.mapped) {
    return expected.mapped.table.some(([name, identifier]) => name === expected.mapped.dns_name && identifier === text);
  }
  return (expected.one_of ?? [expected.workload]).includes(text);
}

/** The parameters that only responses have; the nonce is that of the request. */
function checkResponseParameters({ params }, nonce) {
  const stray = ["wimse-aud", "wimse-sign-response"].find((name) => params.has(name));
  if (stray) {
    refuse(`${stray.replaceAll("-", "_")}_forbidden`);
  }
  return required(params, "wimse-req-nonce", "string") === nonce || refuse("req_nonce_mismatch");
}

/** What a client may ask for beyond the profile (decision 53). */
function checkBinding(texts, request, { require_request_wit, require_request_digest }) {
  const wanted = [
    ...(require_request_wit ? [WIT] : []),
    ...(require_request_digest && valuesOf(request.fields, "content-digest").length > 0 ? ["content-digest"] : []),
  ];
  const missing = wanted.find((name) => !texts.includes(`"${name}";req`));
  return missing === undefined || refuse("request_not_covered", missing);
}

async function responseSteps(response, config, memories) {
  const request = parseMessage(bytesOf(config.sent));
  const sent = findSignature(request) ?? refuse("unsigned");
  const demanded = sent.covered.params.get("wimse-sign-response")?.value === true;
  const found = findSignature(response);
  if (found === null) {
    return demanded ? refuse("response_unsigned") : { signed: false };
  }
  checkSingle(response);
  const { created, expires, nonce } = checkParameters(found.covered, config);
  checkResponseParameters(found.covered, sent.covered.params.get("nonce").value);
  const wit = await verifyWit(Buffer.from(witField(response.fields), "latin1"), config);
  const messages = { request, response };
  const texts = checkCoverage(found.covered, messages);
  checkBinding(texts, request, config);
  checkSignature(found, messages, wit.key, config);
  checkContent(response);
  const skew = checkWindow({ created, expires }, config);
  if (!isExpected(wit.subject, config.expected_peer)) {
    refuse("peer_unexpected");
  }
  memories.of("response", config).insert(nonce, wit.subject.text, expires + skew, config.now, "httpsig.replayed");
  return { ...outputsOf(wit, found.covered, nonce), signed: true };
}

/** Verifies a response to `config.sent`. */
function verifySignedResponse(value, config, memories) {
  const response = parseMessage(bytesOf(value));
  return prefixed("httpsig.", () => responseSteps(response, config, memories));
}

export const operations = {
  "profile.verify_request": ({ request }, config, memories) => verifySignedRequest(request, config, memories),
  "profile.verify_response": ({ response }, config, memories) => verifySignedResponse(response, config, memories),
};
