// Accept-Signature (RFC 9421 section 5): what is asked for, and what a signer makes of it (http-signature section 3.5).
import { bytesOf, latin1 } from "./bytes.mjs";
import { fieldsOf, valuesOf } from "./http.mjs";
import { CONDITIONAL, TAG, WIT } from "./profile.mjs";
import { refuse } from "./refusal.mjs";
import { bareOf, isInnerList, memberText, parseDictionary } from "./sfv.mjs";
import { componentOf } from "./signature.mjs";

const PARAMETERS = { created: true, expires: true, tag: TAG };
const targetOf = ({ method }) => (method === "CONNECT" ? ["@authority"] : ["@path", "@query"]);

/** Of a client to the response to this request. */
export const wishForResponse = (request) => [
  ...["@status", "@method;req", ...targetOf(request).map((name) => `${name};req`), WIT],
  ...CONDITIONAL.response,
];

/** Of a server to requests like this one, or to this one sent again. */
export function wishForRequests(request, thisOne) {
  const fields = CONDITIONAL.request.filter((name) => !thisOne || valuesOf(request.fields, name).length > 0);
  return ["@method", ...targetOf(request), WIT, ...fields];
}

/** The value of the field, and what it says. */
export function wishText(names) {
  const items = [...new Set(names)].map(componentOf);
  const params = new Map(Object.entries(PARAMETERS).map(([name, value]) => [name, bareOf(value)]));
  return {
    text: `sig1=${memberText({ items, params })}`,
    shown: { components: items.map(memberText).sort(), parameters: PARAMETERS },
  };
}

/** The first wish with our tag that asks for no key and no algorithm; less than the profile covers changes nothing. */
export function wishOf(wanted) {
  if (wanted === undefined) {
    return { items: [] };
  }
  const wishes = [...parseDictionary(latin1(bytesOf(wanted)))].filter(([, member]) => {
    const { params } = isInnerList(member) ? member : refuse("member_type", "Accept-Signature");
    return params.get("tag")?.value === TAG && !params.has("keyid") && !params.has("alg");
  });
  return wishes.length > 0 ? { label: wishes[0][0], items: wishes[0][1].items } : { items: [] };
}

export const operations = {
  "profile.accept_signature": ({ method, headers }, { wanted, covering = [] }) => {
    const request = { method, fields: fieldsOf(headers) };
    const names =
      wanted === "response" ? wishForResponse(request) : wishForRequests(request, wanted === "this_request");
    return { accept_signature: wishText([...names, ...covering]).shown };
  },
};
