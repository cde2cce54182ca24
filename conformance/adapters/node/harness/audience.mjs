// Whom a proof is for (wpt-02 sections 2 and 3.1.7, http-signature 3.2, decisions 5, 7, 48, 49).
import { targetPath } from "./http.mjs";
import { refuse } from "./refusal.mjs";

const PORTS = { https: "443", http: "80" };

/** Scheme, authority and path of a URI with a host; null for anything else. */
export function hierarchical(uri) {
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/.exec(uri);
  if (!parts || !/^[\x21-\x7e]+$/.test(uri) || /[\\"<>^`{|}]/.test(uri)) {
    return null;
  }
  const [, scheme, authority, path] = parts;
  const host = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::([0-9]*))?$/.exec(authority);
  return host && { scheme: scheme.toLowerCase(), host: host[1].toLowerCase(), port: host[2] ?? "", path };
}

/** Lowercase scheme and host, no default port, and `/` for an empty path. */
function spell({ scheme, host, port, path }) {
  const shown = port === "" || port === PORTS[scheme] ? "" : `:${port}`;
  return `${scheme}://${host}${shown}${path || "/"}`;
}

/** What a sender writes by default; refuses where the target names no host. */
export function defaultAudience(uri, code) {
  return spell(hierarchical(uri) ?? refuse(code, uri));
}

const withoutQuery = (value) => value.replace(/[?#].*$/s, "");

/** Is a configured value that is a URI for the path of this request? CONNECT has none, as such a URI then has to. */
function forThisPath(value, path) {
  const uri = hierarchical(value);
  return uri === null || (uri.path || "/") === (path ?? "/");
}

/** What audiences are compared with; null for a target that cannot be joined to a base, as that of CONNECT. */
export const audiencePath = (message) => targetPath(message)?.path ?? null;

/** The `aud` of a WPT: a base with the path of the request, or a value as it is; query and fragment are ignored. */
export function acceptsAud(aud, path, { bases = [], values = [] } = {}) {
  const plain = withoutQuery(aud);
  const uri = hierarchical(plain);
  const joined =
    typeof path === "string" &&
    uri !== null &&
    bases.some((base) => spell({ ...hierarchical(base), path }) === spell(uri));
  return joined || values.some((value) => withoutQuery(value) === plain && forThisPath(withoutQuery(value), path));
}

/** `wimse-aud`: the same, byte for byte; neither side is normalized. */
export function acceptsWimseAud(aud, path, { bases = [], values = [] } = {}) {
  const joined = typeof path === "string" && bases.some((base) => spell({ ...hierarchical(base), path }) === aud);
  return joined || values.some((value) => value === aud && forThisPath(value, path));
}
