// PostgreSQL's wire protocol, as far as a bridge needs it, and what the two threads share.

// Slots of the Int32Array that both threads see.
export const WAKE = 0; // counts messages to the worker, so that it can wait for the next one
export const OUTSTANDING = 1; // bytes on their way to clients
export const CANCEL = 2; // id of the connection whose statement is to be cancelled

export const PROTOCOL_3 = 3;
export const SSL_REQUEST = 80877103;
export const GSSENC_REQUEST = 80877104;
export const CANCEL_REQUEST = 80877102;

/** A message: type, then strings (zero-terminated) and buffers (as they are). */
export function message(type, ...parts) {
  const body = Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part + '\0') : part)));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

export function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

export function errorMessage(severity, sqlstate, text) {
  return message('E', Buffer.from(`S${severity}\0V${severity}\0C${sqlstate}\0M${text}\0\0`));
}

export const readyForQuery = status => message('Z', Buffer.from(status));

/** The type of a complete message, as a letter. */
export const typeOf = bytes => String.fromCharCode(bytes[0]);

/** The zero-terminated string at `offset`, and the offset behind it. */
export function cString(bytes, offset) {
  const end = bytes.indexOf(0, offset);
  return [bytes.toString('latin1', offset, end), end + 1];
}

/** The columns of a DataRow's body as strings or nulls. */
export function dataRow(body) {
  const row = [];
  let offset = 2;
  for (let columns = body.readInt16BE(0); columns > 0; columns--) {
    const length = body.readInt32BE(offset);
    offset += 4;
    row.push(length < 0 ? null : body.toString('utf8', offset, offset + length));
    if (length > 0) offset += length;
  }
  return row;
}

/** A string as an SQL literal, whatever standard_conforming_strings says. */
export function literal(value) {
  const text = String(value);
  const quoted = `'${text.replace(/\\/g, '\\\\').replace(/'/g, "''")}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}

/** Name and value pairs of a startup packet. */
export function startupParameters(packet) {
  const words = packet.toString('utf8').split('\0');
  const parameters = {};
  for (let i = 0; i + 1 < words.length && words[i]; i += 2) parameters[words[i]] = words[i + 1];
  return parameters;
}

/** Settings that a startup packet asks for, as [name, value]. */
export function startupSettings(parameters) {
  const settings = [];
  const known = ['application_name', 'TimeZone', 'timezone', 'DateStyle', 'datestyle', 'search_path', 'extra_float_digits'];
  for (const name of known) if (parameters[name]) settings.push([name, parameters[name]]);
  for (const [, name, value] of (parameters.options || '').matchAll(/(?:-c\s*|--)([\w.]+)=((?:\\.|[^\s\\])*)/g)) {
    settings.push([name.replace(/-/g, '_'), value.replace(/\\(.)/g, '$1')]);
  }
  return settings;
}
