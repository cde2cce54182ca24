// JSON without what RFC 8259 leaves open: names occur once in an object, the text is UTF-8 without a byte order mark,
// and depth and number of members of one object or list have a limit.
import { refuse } from "./refusal.mjs";

const LEVELS = 8;
const MEMBERS = 1024;

/** Parses bytes; refuses with `json`, `duplicate_member`, `too_deep` or `too_many_members`. */
export function parseJson(bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    refuse("json", "not UTF-8");
  }
  return new Reader(text).document();
}

/** Parses bytes that have to be an object. */
export function parseObject(bytes) {
  const value = parseJson(bytes);
  return isObject(value) ? value : refuse("json", "not an object");
}

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  document() {
    const value = this.value(1);
    this.space();
    return this.at === this.text.length ? value : refuse("json", `text after the value at ${this.at}`);
  }

  space() {
    while (" \t\r\n".includes(this.text[this.at] ?? "x")) {
      this.at += 1;
    }
  }

  take(character) {
    this.space();
    if (this.text[this.at] !== character) {
      return false;
    }
    this.at += 1;
    return true;
  }

  need(character) {
    return this.take(character) || refuse("json", `no ${character} at ${this.at}`);
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) {
      refuse("json", `unexpected text at ${this.at}`);
    }
    this.at += found[0].length;
    return found[0];
  }

  value(level) {
    this.space();
    const first = this.text[this.at];
    if (first === "{" || first === "[") {
      return level > LEVELS ? refuse("too_deep") : first === "{" ? this.object(level) : this.array(level);
    }
    return first === '"' ? this.string() : this.scalar();
  }

  scalar() {
    const literal = this.match(/(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y);
    return JSON.parse(literal);
  }

  string() {
    const literal = this.match(/"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y);
    const value = JSON.parse(literal);
    return value.isWellFormed() ? value : refuse("json", "half of a surrogate pair");
  }

  object(level) {
    const result = Object.create(null);
    let members = 0;
    this.need("{");
    if (this.take("}")) {
      return result;
    }
    do {
      this.space();
      const name = this.string();
      this.need(":");
      if (name in result) {
        refuse("duplicate_member", name);
      }
      members += 1;
      result[name] = members > MEMBERS ? refuse("too_many_members") : this.value(level + 1);
    } while (this.take(","));
    this.need("}");
    return result;
  }

  array(level) {
    const result = [];
    this.need("[");
    if (this.take("]")) {
      return result;
    }
    do {
      result.push(result.length === MEMBERS ? refuse("too_many_members") : this.value(level + 1));
    } while (this.take(","));
    this.need("]");
    return result;
  }
}
