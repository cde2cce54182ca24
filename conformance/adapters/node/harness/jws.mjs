// Compact JWS: the parts and the header are judged here, signatures by `jose`.
import { compactVerify, CompactSign, importJWK } from "jose";
import { algorithmOf } from "./algorithms.mjs";
import { bytesOf, fromBase64url, latin1, valueOf } from "./bytes.mjs";
import { parseObject } from "./json.mjs";
import { privateKey, publicKey } from "./jwk.mjs";
import { prefixed, refuse } from "./refusal.mjs";

/** Splits three non-empty parts of base64url and reads the header; codes have no prefix. */
export function splitJws(bytes) {
  const text = latin1(bytes);
  const parts = text.split(".");
  if (parts.length !== 3 || parts.includes("")) {
    refuse("malformed", `${parts.length} parts`);
  }
  const [header, payload] = parts.map((part) => fromBase64url(part) ?? refuse("base64"));
  return { text, header: checkHeader(parseObject(header)), payload };
}

/** Refuses what no verifier here reads. */
function checkHeader(header) {
  if ("crit" in header || "b64" in header) {
    refuse("crit");
  }
  for (const name of ["alg", "typ", "kid"]) {
    if (name in header && typeof header[name] !== "string") {
      refuse("header_parameter", name);
    }
  }
  return header;
}

/** `wit+jwt` with or without `application/`, in any case (decision 8). */
export function checkTyp({ typ }, expected) {
  if (typ === undefined) {
    refuse("typ_missing");
  }
  if (typ.toLowerCase().replace(/^application\//, "") !== expected) {
    refuse("typ_mismatch", typ);
  }
}

/** The algorithm that a header names. */
export function headerAlgorithm({ alg }) {
  return algorithmOf(alg ?? refuse("alg_missing"));
}

/** Verifies with `jose` by one key and one algorithm. */
export async function verifyJws(text, material, alg) {
  const key = await importJWK({ ...material }, alg);
  try {
    await compactVerify(text, key, { algorithms: [alg] });
  } catch (error) {
    refuse("signature", error.message);
  }
}

/** Signs with `jose` where the members may be in any order. */
export async function signJws(header, payload, jwk) {
  return new CompactSign(payload).setProtectedHeader(header).sign(await importJWK({ ...jwk }, header.alg));
}

/** Sorts the members of all objects, for tokens that are compared byte for byte. */
export function sorted(value) {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

export const jsonBytes = (value) => Buffer.from(JSON.stringify(sorted(value)), "utf8");

export const operations = {
  "jws.verify": ({ jws }, { key, algorithms }) =>
    prefixed("jws.", async () => {
      const { text, header, payload } = splitJws(bytesOf(jws));
      headerAlgorithm(header);
      const known = publicKey(key);
      if (!algorithms.includes(header.alg) || !known.algorithms.includes(header.alg)) {
        refuse("alg_mismatch");
      }
      await verifyJws(text, known.material, header.alg);
      return { payload: valueOf(payload) };
    }),
  "jws.sign": async ({ payload }, { key, header = {} }) => {
    const own = await prefixed("key.", () => privateKey(key));
    return prefixed("jws.", async () => {
      const complete = checkHeader({ alg: own.algorithm, ...header });
      headerAlgorithm(complete);
      if (complete.alg !== own.algorithm) {
        refuse("alg_mismatch");
      }
      const jws = await signJws(complete, bytesOf(payload), key);
      await verifyJws(jws, own.material, own.algorithm);
      return { jws, header: complete, signature_valid: true };
    });
  },
};
