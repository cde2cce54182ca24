// Who calls, proven by a signature with the key of a WIT (workload-creds sections 7, 9.2 and 9.5).
import { bytesOf, fromBase64url } from "./bytes.mjs";
import { credentialOf } from "./credential.mjs";
import { permits } from "./identifier.mjs";
import { prefixed, refuse } from "./refusal.mjs";
import { signBytes, verifyBytes } from "./signature.mjs";
import { verifyWit } from "./wit.mjs";

async function authorize({ token, message, signature }, config) {
  const { key, subject } = await verifyWit(bytesOf(token), config);
  const bytes = fromBase64url(signature) ?? refuse(null, "the signature is not base64url");
  await prefixed("key.", () => verifyBytes(key.material, key.alg, bytesOf(message), bytes));
  return permits(subject, config) ? { peer: subject.text } : refuse("authorization.not_permitted");
}

async function sign({ message }, { token, key, now }) {
  const { own } = await credentialOf(token, key, now);
  const signature = signBytes(own, bytesOf(message));
  verifyBytes(own.material, own.algorithm, bytesOf(message), signature);
  return { signature: signature.toString("base64url"), signature_valid: true };
}

export const operations = { "peer.authorize": authorize, "credential.sign": sign };
