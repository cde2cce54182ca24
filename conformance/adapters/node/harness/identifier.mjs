// Workload Identifiers and their origins: identifier section 4, the proposed canonical form of `wimse`, SPIFFE-ID 2.
import { isIPv4, isIPv6 } from "node:net";
import { bytesOf, latin1 } from "./bytes.mjs";
import { refuse } from "./refusal.mjs";

const MAX_BYTES = 2048;
const SPIFFE_DOMAIN_BYTES = 255;

// What a scheme asks for beyond section 4.1.
const CANONICAL = { domain: /^[a-z0-9._-]+$/, path: /^[A-Za-z0-9._~/-]*$/, segments: true, ip: false };
const SPIFFE = { ...CANONICAL, path: /^[A-Za-z0-9._/-]*$/, ip: true, domainBytes: SPIFFE_DOMAIN_BYTES };
const PUBLISHED = {
  domain: /^[A-Za-z0-9._~!$&'()*+,;=-]+$/,
  path: /^[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$/,
  percent: "any",
  ip: false,
};
const GENERIC = { ...PUBLISHED, domain: /^[a-z0-9._~!$&'()*+,;=-]+$/, segments: true, percent: "reserved" };

/** The rules of a scheme under a policy of the vectors; undefined where the policy does not know the scheme. */
function rulesOf(scheme, policy) {
  if (scheme === "spiffe") {
    return SPIFFE;
  }
  if (scheme === "wimse") {
    return policy === "baseline" ? PUBLISHED : CANONICAL;
  }
  return policy?.generic?.includes(scheme) ? { ...GENERIC, ip: policy.allow_ip === true } : undefined;
}

/** Splits and checks what identifiers and origins have in common. */
function split(bytes, policy) {
  if (bytes.length > MAX_BYTES) {
    refuse("identifier.too_long");
  }
  const text = latin1(bytes);
  if (text === "") {
    refuse("identifier.empty");
  }
  if (!/^[\x21-\x7e]*$/.test(text)) {
    refuse("identifier.not_ascii");
  }
  if (/["<>\\^`{|}]/.test(text)) {
    refuse("identifier.character");
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1] ?? refuse("identifier.scheme_missing");
  const rules = rulesOf(scheme, policy) ?? refuse("identifier.scheme_unsupported");
  const rest = text.slice(scheme.length + 1);
  if (rest.includes("#")) {
    refuse("identifier.fragment");
  }
  if (rest.includes("?")) {
    refuse("identifier.query");
  }
  const [, authority, path] = /^\/\/([^/]*)(.*)$/.exec(rest) ?? refuse("identifier.authority_missing");
  checkDomain(authority, rules);
  return { text, scheme, rules, trust_domain: authority, path, origin: `${scheme}://${authority}` };
}

function checkDomain(domain, rules) {
  if (domain === "") {
    refuse("identifier.authority_empty");
  }
  if (domain.includes("@")) {
    refuse("identifier.userinfo");
  }
  const literal = /^\[(.*)\]$/.exec(domain)?.[1];
  if (literal !== undefined) {
    const future = /^v[0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+$/i.test(literal);
    if (!future && (!isIPv6(literal) || literal.includes("%"))) {
      refuse(null, "neither an IPv6 address nor one of a future version");
    }
    if (!rules.ip || rules === SPIFFE || literal !== literal.toLowerCase()) {
      refuse("identifier.ip_address");
    }
    return;
  }
  if (/\]:[0-9]*$/.test(domain) || (domain.includes(":") && !domain.includes("["))) {
    refuse("identifier.port");
  }
  if (domain.includes("[") || domain.includes("]")) {
    refuse(null, "brackets that are no IP literal");
  }
  if (domain.includes("%")) {
    checkPercent(domain, rules, "identifier.trust_domain_percent_encoding");
  }
  if (!rules.domain.test(domain.replace(/%/g, ""))) {
    refuse("identifier.trust_domain_character");
  }
  if (rules.segments && domain.endsWith(".")) {
    refuse("identifier.trust_domain_trailing_dot");
  }
  if (domain.length > (rules.domainBytes ?? MAX_BYTES)) {
    refuse("identifier.trust_domain_too_long");
  }
  if (!rules.ip && isIPv4(domain)) {
    refuse("identifier.ip_address");
  }
}

/** Triplets have two hexadecimal digits; a scheme may refuse them all, or those that RFC 3986 6.2.2 rewrites. */
function checkPercent(text, rules, code) {
  for (const [, hex] of text.matchAll(/%(.{0,2})/g)) {
    const bad = rules.percent === undefined || !/^[0-9A-Fa-f]{2}$/.test(hex);
    const rewritten = hex !== hex.toUpperCase() || /[A-Za-z0-9._~-]/.test(String.fromCharCode(parseInt(hex, 16)));
    if (bad || (rules.percent === "reserved" && rewritten)) {
      refuse(code);
    }
  }
}

function checkPath(path, rules) {
  if (path === "" || path === "/") {
    refuse("identifier.path_empty");
  }
  if (path.endsWith("/")) {
    refuse("identifier.path_trailing_slash");
  }
  checkPercent(path, rules, "identifier.path_percent_encoding");
  if (!rules.path.test(path)) {
    refuse("identifier.path_character");
  }
  const segments = path.slice(1).split("/");
  if (rules.segments && segments.includes("")) {
    refuse("identifier.path_empty_segment");
  }
  if (rules.segments && segments.some((segment) => segment === "." || segment === "..")) {
    refuse("identifier.path_dot_segment");
  }
}

/** A Workload Identifier: its text, scheme, trust domain, path and origin. */
export function parseIdentifier(bytes, policy) {
  const parts = split(bytes, policy);
  checkPath(parts.path, parts.rules);
  return parts;
}

/** An origin: an identifier without its path (section 4.6). */
export function parseOrigin(bytes, policy) {
  const parts = split(bytes, policy);
  return parts.path === "" ? parts : refuse("identifier.path_not_allowed");
}

/** Is it one of `exact`, in one of `origins`, or in or below one of `subtrees`? Bytes are compared. */
export function permits(identifier, { exact = [], origins = [], subtrees = [] }) {
  return (
    exact.includes(identifier.text) ||
    origins.includes(identifier.origin) ||
    subtrees.some((root) => identifier.text === root || identifier.text.startsWith(`${root}/`))
  );
}

const policyOf = (config) => config.policy ?? config.identifiers;

export const operations = {
  "identifier.parse": ({ identifier }, config) => {
    const { text, scheme, trust_domain, path, origin } = parseIdentifier(bytesOf(identifier), policyOf(config));
    return { scheme, trust_domain, path, origin, display: text };
  },
  "origin.parse": ({ origin }, config) => {
    const { text, scheme, trust_domain } = parseOrigin(bytesOf(origin), policyOf(config));
    return { scheme, trust_domain, display: text };
  },
  "identifier.compare": ({ a, b }, config) => {
    const [one, other] = [a, b].map((value) => parseIdentifier(bytesOf(value), policyOf(config)));
    return one.text === other.text ? {} : refuse("identifier.not_equal");
  },
  "identifier.match": ({ identifier }, config) => {
    const parts = parseIdentifier(bytesOf(identifier), policyOf(config));
    return permits(parts, config) ? {} : refuse("authorization.not_permitted");
  },
};
