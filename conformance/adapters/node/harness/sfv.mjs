// Structured Fields (RFC 9651). The package `structured-headers` takes a Decimal for an Integer and forgets what occurs
// twice, so values are parsed here with their types, and `repeated` names a key that occurs twice.
import { bytesOf, latin1 } from "./bytes.mjs";
import { Refusal, refuse } from "./refusal.mjs";

const ENCODING = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  fail(detail) {
    refuse("field_malformed", `${detail} at ${this.at}`);
  }

  get end() {
    return this.at >= this.text.length;
  }

  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    this.at += found ? found[0].length : 0;
    return found && found[0];
  }

  need(pattern, detail) {
    return this.take(pattern) ?? this.fail(detail);
  }

  /** Members with commas between them. */
  members(member) {
    while (!this.end) {
      member();
      this.take(/[ \t]*/y);
      if (this.end) {
        return;
      }
      this.need(/,/y, "no comma");
      this.take(/[ \t]*/y);
      if (this.end) {
        this.fail("a comma after the last member");
      }
    }
  }

  key() {
    return this.need(/[a-z*][a-z0-9_.*-]*/y, "no key");
  }

  parameters() {
    const map = new Map();
    while (this.take(/;/y)) {
      this.take(/ */y);
      const key = this.key();
      const value = this.take(/=/y) ? this.bare() : { type: "boolean", value: true };
      map.repeated ??= map.has(key) ? key : undefined;
      map.set(key, value);
    }
    return map;
  }

  itemOrList() {
    return this.text[this.at] === "(" ? this.innerList() : this.item();
  }

  item() {
    return { bare: this.bare(), params: this.parameters() };
  }

  innerList() {
    const items = [];
    this.at += 1;
    for (;;) {
      this.take(/ */y);
      if (this.take(/\)/y)) {
        return { items, params: this.parameters() };
      }
      items.push(this.item());
      if (!/[ )]/.test(this.text[this.at] ?? "")) {
        this.fail("no end of an item");
      }
    }
  }

  bare() {
    const first = this.text[this.at] ?? "";
    if (/[-0-9]/.test(first)) {
      return this.number();
    }
    if (first === '"') {
      const text = this.need(/"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/y, "no String");
      return { type: "string", value: text.slice(1, -1).replace(/\\(.)/g, "$1") };
    }
    if (first === ":") {
      const text = this.need(/:[^:]*:/y, "no end of a Byte Sequence").slice(1, -1);
      return ENCODING.test(text) ? { type: "bytes", value: Buffer.from(text, "base64") } : this.fail("no base64");
    }
    if (first === "?") {
      return { type: "boolean", value: this.need(/\?[01]/y, "no Boolean") === "?1" };
    }
    if (first === "@") {
      this.at += 1;
      const { type, value } = this.number();
      return type === "integer" ? { type: "date", value } : this.fail("no Date");
    }
    if (first === "%") {
      return this.display();
    }
    return { type: "token", value: this.need(/[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*/y, "no value") };
  }

  number() {
    const text = this.need(/-?[0-9]+(?:\.[0-9]*)?/y, "no number");
    const [whole, fraction] = text.replace("-", "").split(".");
    if (fraction === undefined) {
      return whole.length <= 15 ? { type: "integer", value: Number(text) } : this.fail("too many digits");
    }
    const fits = whole.length <= 12 && fraction.length >= 1 && fraction.length <= 3;
    return fits ? { type: "decimal", value: Number(text) } : this.fail("no Decimal");
  }

  display() {
    const text = this.need(/%"(?:[\x20-\x21\x23-\x24\x26-\x7e]|%[0-9a-f]{2})*"/y, "no Display String");
    try {
      return { type: "display", value: decodeURIComponent(text.slice(2, -1)) };
    } catch {
      return this.fail("no UTF-8");
    }
  }

  whole(parse) {
    this.take(/ */y);
    const value = parse();
    this.take(/ */y);
    return this.end ? value : this.fail("text after the value");
  }
}

/** A Dictionary: a Map of items and inner lists. */
export function parseDictionary(text) {
  const reader = new Reader(text.replace(/^ +| +$/g, ""));
  const map = new Map();
  reader.members(() => {
    const key = reader.key();
    const flag = () => ({ bare: { type: "boolean", value: true }, params: reader.parameters() });
    const member = reader.take(/=/y) ? reader.itemOrList() : flag();
    map.repeated ??= map.has(key) ? key : undefined;
    map.set(key, member);
  });
  return map;
}

export function parseList(text) {
  const reader = new Reader(text.replace(/^ +| +$/g, ""));
  const list = [];
  reader.members(() => list.push(reader.itemOrList()));
  return list;
}

export function parseItem(text) {
  const reader = new Reader(text);
  return reader.whole(() => reader.item());
}

export function parseInnerList(text) {
  const reader = new Reader(text);
  return reader.whole(() => (reader.text[reader.at] === "(" ? reader.innerList() : reader.fail("no list")));
}

export const isInnerList = (member) => member.items !== undefined;
export const isKey = (text) => /^[a-z*][a-z0-9_.*-]*$/.test(text);

/** The bare item of a JSON value: String, Integer or Boolean. */
export function bareOf(value) {
  const type = { string: "string", number: "integer", boolean: "boolean" }[typeof value];
  return { type, value };
}

function bareText({ type, value }) {
  switch (type) {
    case "string":
      return `"${value.replace(/["\\]/g, "\\$&")}"`;
    case "bytes":
      return `:${value.toString("base64")}:`;
    case "boolean":
      return value ? "?1" : "?0";
    case "date":
      return `@${value}`;
    case "decimal":
      return Number.isInteger(value) ? `${value}.0` : String(value);
    case "display": {
      const escaped = [...Buffer.from(value)].map((byte) =>
        byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x25
          ? `%${byte.toString(16).padStart(2, "0")}`
          : String.fromCharCode(byte),
      );
      return `%"${escaped.join("")}"`;
    }
    default:
      return String(value);
  }
}

export function parametersText(params) {
  const shown = [...params].map(([key, bare]) =>
    bare.type === "boolean" && bare.value ? `;${key}` : `;${key}=${bareText(bare)}`,
  );
  return shown.join("");
}

/** An item or inner list in the strict serialization. */
export function memberText(member) {
  const content = isInnerList(member) ? `(${member.items.map(memberText).join(" ")})` : bareText(member.bare);
  return content + parametersText(member.params);
}

export const listText = (list) => list.map(memberText).join(", ");

export function dictionaryText(map) {
  const shown = [...map].map(([key, member]) => {
    const flag = member.bare?.type === "boolean" && member.bare.value;
    return flag ? `${key}${parametersText(member.params)}` : `${key}=${memberText(member)}`;
  });
  return shown.join(", ");
}

/** The strict serialization of the lines of a field. */
function serialized(text, type) {
  switch (type) {
    case "dictionary":
      return dictionaryText(parseDictionary(text));
    case "list":
      return listText(parseList(text));
    default:
      return memberText(parseItem(text));
  }
}

export const operations = {
  "sfv.parse": ({ lines }, { type }) => {
    const text = lines.map((line) => latin1(bytesOf(line)).replace(/^[ \t]+|[ \t]+$/g, "")).join(", ");
    try {
      return { serialized: serialized(text, type) };
    } catch (error) {
      return error instanceof Refusal ? refuse("httpsig.field_structure", error.message) : Promise.reject(error);
    }
  },
};
