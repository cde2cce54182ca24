// What a request that is refused is answered with (wpt-02 2.1, http-signature 3.6 with what is known of -08, decisions
// 3 and 4). Bodies are not written here.
import { wishForRequests, wishText } from "./accept-signature.mjs";
import { bytesOf } from "./bytes.mjs";
import { parseMessage } from "./http.mjs";
import { verifySignedRequest } from "./profile-verify.mjs";
import { Refusal } from "./refusal.mjs";
import { verifyWptRequest } from "./wpt.mjs";

const PROBLEM = "https://iana.org/assignments/http-problem-types#wimse";

/** What `work` refuses with; undefined where it does not. */
async function refusalOf(work) {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Refusal ? error : Promise.reject(error);
  }
}

/** The cause, which is for the log, where the vocabulary has a word for it. */
const causeOf = ({ code }) => (code === undefined ? {} : { cause: code });

/** RFC 9110 15.6.4: the server cannot tell now whether the message was used before. */
const cannotTell = ({ code }) => code?.startsWith("replay.");

/** The status and the challenge (RFC 9110 11.6.1), whatever was wrong. */
async function answerWpt({ request }, config, memories) {
  parseMessage(bytesOf(request));
  const memory = memories.of("wpt", config);
  if (config.sent_before) {
    await verifyWptRequest(bytesOf(request), config, memory);
  }
  const refused = await refusalOf(() => verifyWptRequest(bytesOf(request), config, memory));
  if (refused === undefined) {
    throw new Error("nothing is wrong with the request");
  }
  return cannotTell(refused)
    ? { status: 503, ...causeOf(refused) }
    : { status: 401, headers: { "www-authenticate": "WPT" }, ...causeOf(refused) };
}

function signatureAnswer(refused, request) {
  if (refused.code === "httpsig.unsigned") {
    return { status: 400, accept_signature: wishText(wishForRequests(request, false)).shown };
  }
  if (refused.code === "httpsig.signed_response_unsupported") {
    return { status: 501, type: `${PROBLEM}-signed-response-unsupported` };
  }
  // One answer for every failed check, so that it does not say which (SIG8 5).
  return cannotTell(refused)
    ? { status: 503 }
    : { status: 400, type: `${PROBLEM}-signature-invalid`, accept_signature: null };
}

async function answerSignature({ request }, config, memories) {
  const message = parseMessage(bytesOf(request));
  if (config.sent_before) {
    await verifySignedRequest(request, config, memories);
  }
  let accepted;
  const refused = await refusalOf(async () => {
    accepted = await verifySignedRequest(request, config, memories);
  });
  if (refused !== undefined) {
    return { ...signatureAnswer(refused, message), ...causeOf(refused) };
  }
  if (!config.cannot_sign || !accepted.response_required) {
    throw new Error("nothing is wrong with the request");
  }
  return { status: 400, type: `${PROBLEM}-signed-response-unavailable`, cause: null };
}

export const operations = { "wpt.answer": answerWpt, "profile.answer": answerSignature };
