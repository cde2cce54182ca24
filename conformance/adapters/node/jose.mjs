// Signs and verifies compact JWS with the package `jose`: one JSON request a line, one JSON answer a line.
//
//   {"do": "sign", "header": {…}, "payload": {…}, "jwk": {private key}}             -> {"token": "…"}
//   {"do": "verify", "token": "…", "jwk": {public key}, "alg": "…", "typ": "…"}     -> {"header": {…}, "payload": {…}}
//
// What fails answers {"error": "…"}.
import { CompactSign, compactVerify, importJWK } from "jose";
import { answerLines } from "./lines.mjs";

async function answer({ do: operation, ...request }) {
  switch (operation) {
    case "sign": {
      const key = await importJWK(request.jwk, request.header.alg);
      const payload = new TextEncoder().encode(JSON.stringify(request.payload));
      // An extension that is named in `crit` has to be declared, or the package refuses to sign.
      const crit = Object.fromEntries((request.header.crit ?? []).map((name) => [name, true]));
      const token = await new CompactSign(payload).setProtectedHeader(request.header).sign(key, { crit });
      return { token };
    }
    case "verify": {
      const key = await importJWK(request.jwk, request.alg);
      const verified = await compactVerify(request.token, key, { algorithms: [request.alg] });
      if (verified.protectedHeader.typ !== request.typ) {
        throw new Error(`typ is ${verified.protectedHeader.typ}`);
      }
      const payload = JSON.parse(new TextDecoder().decode(verified.payload));
      return { header: verified.protectedHeader, payload };
    }
    default:
      throw new Error(`unknown operation ${operation}`);
  }
}

await answerLines(answer);
