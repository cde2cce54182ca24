// HTTP/1.1 messages as bytes (RFC 9112): a strict head, and content that may be chunked.
import { bytesOf, latin1 } from "./bytes.mjs";
import { refuse } from "./refusal.mjs";

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const REQUEST_LINE = new RegExp(`^(${TOKEN}) ([^ \\0\\r\\n\\t]+) HTTP/1\\.[01]$`);
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: [^\0\r\n]*)?$/;
const FIELD_LINE = new RegExp(`^(${TOKEN}):([^\\0\\r\\n]*)$`);

export const trim = (value) => value.replace(/^[ \t]+|[ \t]+$/g, "");

const malformed = (detail) => refuse("http.malformed", detail);

/** Lines of `text` from `start` to the empty one; folded values are joined where `folding` is allowed. */
function fieldLines(text, start, folding) {
  const fields = [];
  let at = start;
  for (;;) {
    const end = text.indexOf("\r\n", at);
    if (end < 0) {
      malformed("the head has no end");
    }
    const line = text.slice(at, end);
    at = end + 2;
    if (line === "") {
      return { fields, at };
    }
    if (/^[ \t]/.test(line) && folding && fields.length > 0) {
      fields.at(-1)[1] = `${fields.at(-1)[1]} ${trim(line)}`;
      continue;
    }
    const [, name, value] = FIELD_LINE.exec(line) ?? malformed(`the line ${JSON.stringify(line)}`);
    fields.push([name.toLowerCase(), trim(value)]);
  }
}

/** The content in chunks, and the trailers (RFC 9112 section 7.1). */
function chunks(text) {
  let content = "";
  for (let at = 0; ;) {
    const [line, size] =
      /^([0-9A-Fa-f]{1,8})(?:[ \t]*;[^\r\n]*)?\r\n/.exec(text.slice(at)) ?? malformed("no size of a chunk");
    const length = parseInt(size, 16);
    at += line.length;
    if (length === 0) {
      return { content, trailers: fieldLines(text, at).fields };
    }
    if (text.slice(at + length, at + length + 2) !== "\r\n") {
      malformed("a chunk without its end");
    }
    content += text.slice(at, at + length);
    at += length + 2;
  }
}

/** A request (`method`, `target`) or response (`status`), with `fields`, `content` and `trailers`. */
export function parseMessage(bytes, { folding = false } = {}) {
  const text = latin1(bytes);
  const end = text.indexOf("\r\n");
  const first = end < 0 ? malformed("no first line") : text.slice(0, end);
  const status = STATUS_LINE.exec(first);
  const request = status ? null : (REQUEST_LINE.exec(first) ?? malformed("the first line"));
  const { fields, at } = fieldLines(text, end + 2, folding);
  const rest = text.slice(at);
  const chunked = fields.some(([name, value]) => name === "transfer-encoding" && /(^|[ ,])chunked$/i.test(value));
  const body = chunked ? chunks(rest) : { content: rest, trailers: [] };
  const start = status ? { status: Number(status[1]) } : { method: request[1], target: request[2] };
  return { ...start, fields, content: Buffer.from(body.content, "latin1"), trailers: body.trailers };
}

/** Fields of a list of names and values. */
export const fieldsOf = (headers = []) =>
  headers.map(([name, value]) => [name.toLowerCase(), trim(latin1(bytesOf(value)))]);

/** The values of the lines of one field. */
export const valuesOf = (fields, name) => fields.filter(([other]) => other === name).map(([, value]) => value);

/** Path and query of a request target in origin-form or absolute-form; null for the other forms. */
export function targetPath({ method, target }) {
  if (method === "CONNECT" || target === "*") {
    return null;
  }
  const form = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*))?(\/[^?#]*)?(\?[^#]*)?$/.exec(target);
  if (!form || !/^[\x21-\x7e]*$/.test(target) || (form[1] === undefined && form[3] === undefined)) {
    return null;
  }
  return { scheme: form[1]?.toLowerCase(), authority: form[2], path: form[3] ?? "/", query: form[4] ?? "" };
}
