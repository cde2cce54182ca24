// Components and the signature base of RFC 9421 sections 2 and 2.5.
import { targetPath, valuesOf } from "./http.mjs";
import { refuse } from "./refusal.mjs";
import { dictionaryText, listText, memberText, parametersText, parseDictionary, parseItem, parseList } from "./sfv.mjs";

const FLAGS = ["sf", "bs", "req", "tr"];
const TEXTS = ["key", "name"];
const OF_REQUESTS = [
  "@method",
  "@target-uri",
  "@authority",
  "@scheme",
  "@request-target",
  "@path",
  "@query",
  "@query-param",
];
const PORTS = { https: "443", http: "80" };
const DICTIONARIES = [
  "content-digest",
  "repr-digest",
  "want-content-digest",
  "want-repr-digest",
  "signature",
  "signature-input",
  "accept-signature",
  "priority",
  "cache-control",
  "example-dict",
];
const LISTS = ["accept", "cache-status", "proxy-status", "accept-ch", "client-cert-chain"];
const ITEMS = ["client-cert"];

/** A component identifier as text, its parameters in one order: two that differ only in that are the same. */
export const identifierText = ({ bare, params }) =>
  `"${bare.value}"${parametersText([...params].sort(([a], [b]) => (a < b ? -1 : 1)))}`;

/** The name and the flags of a covered component; refuses what RFC 9421 does not have. */
function checkComponent(item) {
  if (item.items || item.bare.type !== "string") {
    refuse("member_type", "a component that is no String");
  }
  const { bare, params } = item;
  if (params.repeated) {
    refuse("parameter_repeated", params.repeated);
  }
  for (const [name, { type, value }] of params) {
    if (
      FLAGS.includes(name)
        ? !(type === "boolean" && value)
        : TEXTS.includes(name)
          ? type !== "string"
          : refuse("component_parameter_unknown", name)
    ) {
      refuse("component_parameter_type", name);
    }
  }
  const name = bare.value;
  if (name === "@signature-params") {
    refuse("component_signature_params");
  }
  const derived = name.startsWith("@");
  if (derived && name !== "@status" && !OF_REQUESTS.includes(name)) {
    refuse("component_unknown", name);
  }
  if (!derived && !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) {
    refuse("component_name", name);
  }
  const named = name === "@query-param";
  if (named && !params.has("name")) {
    refuse("component_parameter_missing", "name");
  }
  if ((params.has("name") && !named) || (derived && ["sf", "bs", "tr", "key"].some((flag) => params.has(flag)))) {
    refuse("component_parameter_not_applicable", name);
  }
  if (params.has("bs") && (params.has("sf") || params.has("key"))) {
    refuse("component_parameters_exclusive");
  }
  return name;
}

/** Scheme and authority by which a request came: of its target, or what the recipient knows of itself. */
export function authorityOf(message, known) {
  if (message.method === "CONNECT") {
    return { authority: message.target.toLowerCase() };
  }
  const form = targetPath(message);
  const spell = (scheme, authority) => {
    const [, host, port] = /^(.*?)(?::([0-9]*))?$/.exec(authority.toLowerCase());
    return port === undefined || port === "" || port === PORTS[scheme] ? host : `${host}:${port}`;
  };
  const own = known.authority === undefined ? undefined : spell(known.scheme, known.authority);
  if (form?.authority === undefined) {
    return { scheme: known.scheme, authority: own ?? refuse("target_authority_unknown") };
  }
  const named = spell(form.scheme, form.authority);
  if ((own !== undefined && own !== named) || (known.scheme && known.scheme !== form.scheme)) {
    refuse("target_conflict");
  }
  return { scheme: form.scheme, authority: named };
}

/** `application/x-www-form-urlencoded` percent-encoding with %20 for the space (RFC 9421 section 2.2.8). */
const formEncode = (text) =>
  encodeURIComponent(text).replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function queryParameter(query, name) {
  const values = new URLSearchParams(query).getAll(new URLSearchParams(`x=${name.replace(/&/g, "%26")}`).get("x"));
  return values.length === 1 ? formEncode(values[0]) : refuse("query_parameter", `${values.length} values of ${name}`);
}

function derive(name, params, message, known) {
  const path = () =>
    targetPath(message) ??
    refuse(message.method === "CONNECT" || message.target === "*" ? "target_no_path" : "target_malformed");
  switch (name) {
    case "@status":
      return String(message.status);
    case "@method":
      return message.method;
    case "@request-target":
      return message.target;
    case "@path":
      return path().path;
    case "@query":
      return path().query || "?";
    case "@query-param":
      return queryParameter(path().query, params.get("name").value);
    case "@authority":
      return authorityOf(message, known).authority;
    case "@scheme":
      return authorityOf(message, known).scheme ?? refuse("target_authority_unknown");
    default: {
      const { scheme, authority } = authorityOf(message, known);
      return `${scheme ?? refuse("target_authority_unknown")}://${authority}${path().path}${path().query}`;
    }
  }
}

/** The structured value of a field, or one member of it. */
function structured(name, text, key) {
  if (DICTIONARIES.includes(name)) {
    const dictionary = parseDictionary(text);
    if (key === undefined) {
      return dictionaryText(dictionary);
    }
    return memberText(dictionary.get(key) ?? refuse("component_missing", `${name} without ${key}`));
  }
  if (key !== undefined) {
    refuse("field_type", `${name} is no Dictionary`);
  }
  return LISTS.includes(name)
    ? listText(parseList(text))
    : ITEMS.includes(name)
      ? memberText(parseItem(text))
      : refuse("field_type", name);
}

function fieldValue(name, params, message) {
  const values = valuesOf(params.has("tr") ? message.trailers : message.fields, name);
  if (values.length === 0) {
    refuse("component_missing", name);
  }
  if (params.has("bs")) {
    return values.map((value) => `:${Buffer.from(value, "latin1").toString("base64")}:`).join(", ");
  }
  const joined = values.join(", ");
  if (!/^[\x20-\x7e\t]*$/.test(joined)) {
    refuse("field_value", name);
  }
  return params.has("sf") || params.has("key") ? structured(name, joined, params.get("key")?.value) : joined;
}

function componentValue(item, { request, response }, known) {
  const name = checkComponent(item);
  const ofRequest = item.params.has("req");
  if (ofRequest && !response) {
    refuse("component_req_on_request");
  }
  const message = response && !ofRequest ? response : request;
  if (OF_REQUESTS.includes(name) && message === response) {
    refuse("component_wrong_message", name);
  }
  if (name === "@status" && (ofRequest || !response)) {
    refuse("component_wrong_message", name);
  }
  if (message === undefined) {
    refuse("component_request_unknown");
  }
  return name.startsWith("@") ? derive(name, item.params, message, known) : fieldValue(name, item.params, message);
}

/** The signature base for the list `covered` over a request, or a response and its request. */
export function signatureBase(covered, messages, known) {
  const seen = new Set();
  const lines = covered.items.map((item) => {
    const value = componentValue(item, messages, known);
    const identifier = identifierText(item);
    if (seen.has(identifier)) {
      refuse("component_repeated", identifier);
    }
    seen.add(identifier);
    return `${memberText(item)}: ${value}`;
  });
  return [...lines, `"@signature-params": ${memberText(covered)}`].join("\n");
}
