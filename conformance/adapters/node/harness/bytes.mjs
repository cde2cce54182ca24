// Byte values of the vectors, base64url and hashes.
import { createHash } from "node:crypto";

/** The bytes of `{"text": …}`, `{"base64": …}` or a plain string. */
export function bytesOf(value) {
  if (typeof value === "string") {
    return Buffer.from(value, "utf8");
  }
  return value.text !== undefined ? Buffer.from(value.text, "utf8") : fromBase64(value.base64);
}

/** Padded, and nothing else: Buffer would pass over what is no base64. */
function fromBase64(text) {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) {
    throw new Error("a byte value that is no base64");
  }
  return bytes;
}

/** A byte value for an answer: text where it is printable ASCII. */
export function valueOf(bytes) {
  const text = Buffer.from(bytes).toString("latin1");
  return /^[\x20-\x7e]*$/.test(text) ? { text } : { base64: Buffer.from(bytes).toString("base64") };
}

/** Bytes as a string with one character for each byte. */
export const latin1 = (bytes) => Buffer.from(bytes).toString("latin1");

/** RFC 7515 section 2, without padding and with zero trailing bits; null for anything else. */
export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    return null;
  }
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : null;
}

export const toBase64url = (bytes) => Buffer.from(bytes).toString("base64url");

/** base64url(SHA-256(…)) of a string with one character for each byte: `wth`, `tth` and the values of `oth`. */
export const hashOf = (text) => createHash("sha256").update(text, "latin1").digest("base64url");
