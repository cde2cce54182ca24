// Content-Digest (RFC 9530, decision 20).
import { createHash } from "node:crypto";
import { bytesOf, latin1 } from "./bytes.mjs";
import { trim } from "./http.mjs";
import { prefixed, Refusal, refuse } from "./refusal.mjs";
import { isInnerList, parseDictionary } from "./sfv.mjs";

const SUPPORTED = { "sha-256": { hash: "sha256", size: 32 }, "sha-512": { hash: "sha512", size: 64 } };
// RFC 9530 section 7.2: what its registry calls deprecated.
const INSECURE = ["md5", "sha", "unixsum", "unixcksum", "adler", "crc32c"];

function dictionaryOf(text) {
  let dictionary;
  try {
    dictionary = parseDictionary(text);
  } catch (error) {
    return error instanceof Refusal ? refuse("digest_malformed", error.message) : Promise.reject(error);
  }
  if (dictionary.size === 0) {
    refuse("digest_malformed", "empty");
  }
  return dictionary.repeated ? refuse("digest_repeated", dictionary.repeated) : dictionary;
}

export const digestOf = (content, name) =>
  `${name}=:${createHash(SUPPORTED[name].hash).update(content).digest("base64")}:`;
export const isSupported = (name) => Object.hasOwn(SUPPORTED, name);

/** Compares all digests that are supported; gives their names. Lines are values of the field. */
export function verifyDigest(content, lines) {
  if (lines.length === 0) {
    refuse("digest_missing");
  }
  const names = [];
  for (const [name, member] of dictionaryOf(lines.join(", "))) {
    if (isInnerList(member) || member.bare.type !== "bytes") {
      refuse("digest_malformed", name);
    }
    if (INSECURE.includes(name)) {
      refuse("digest_insecure", name);
    }
    if (isSupported(name)) {
      if (member.bare.value.length !== SUPPORTED[name].size) {
        refuse("digest_malformed", `${name} with ${member.bare.value.length} bytes`);
      }
      if (digestOf(content, name) !== `${name}=:${member.bare.value.toString("base64")}:`) {
        refuse("digest_mismatch", name);
      }
      names.push(name);
    }
  }
  return names.length > 0 ? names.sort() : refuse("digest_unsupported");
}

export const operations = {
  "digest.verify": ({ content, lines }) =>
    prefixed("httpsig.", () => ({
      algorithms: verifyDigest(
        bytesOf(content),
        lines.map((line) => trim(latin1(bytesOf(line)))),
      ),
    })),
};
