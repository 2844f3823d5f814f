// The worker thread: the backend, and the multiplexer that shares it out among the clients.
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Backend, openDatabase, renameStatement } from './backend.mjs';
import {
  CANCEL, OUTSTANDING, WAKE, errorMessage, int32, message, readyForQuery, startupSettings, typeOf,
} from './protocol.mjs';
import { SET_DEFAULTS, Sessions } from './sessions.mjs';

const QUEUED_MOST = 4 << 20; // bytes of complete messages of a client
const OUTSTANDING_MOST = 32 << 20; // bytes queued in the main thread
const CHECKPOINT_EVERY = 64 << 20; // bytes of WAL

const { options, port } = workerData;
const shared = new Int32Array(workerData.shared);
const started = performance.now();
const debug = options.debug ? (...words) => console.error('[bridge]', ...words) : () => {};

const connections = new Map();
let owner = null; // the connection in a transaction, or in the middle of a batch
let current = null; // the connection whose message runs
let unnamedOf = 0; // id of the connection whose unnamed statement the backend has
let shutdown = false;

const database = await openDatabase(options);
const backend = new Backend(database.Module, shared, {
  nextInput,
  flush,
  finished,
  wantsNotifications: () => Boolean(current?.listening),
  mayCancel: id => current?.id === id && current.midBatch,
}, debug);
const sessions = new Sessions(backend, connections);

// ---- messages from and to the main thread

function dispatch(item) {
  const connection = connections.get(item.id);
  switch (item.kind) {
    case 'open':
      open(item);
      break;
    case 'data':
      if (connection) frame(connection, Buffer.from(item.bytes));
      break;
    case 'close':
      if (connection) connection.closed = true;
      break;
    case 'cancel':
      // Nothing runs that could be cancelled.
      if (!connection || (!connection.midBatch && !connection.queue.length)) {
        Atomics.compareExchange(shared, CANCEL, item.id, 0);
      }
      break;
    case 'shutdown':
      shutdown = true;
      break;
  }
}

function drain() {
  for (let item; (item = receiveMessageOnPort(port)); ) dispatch(item.message);
}

function post(connection, bytes) {
  const whole = bytes.byteLength === bytes.buffer.byteLength;
  const buffer = whole ? bytes.buffer : new Uint8Array(bytes).buffer;
  Atomics.add(shared, OUTSTANDING, buffer.byteLength);
  port.postMessage({ kind: 'data', id: connection.id, bytes: buffer }, [buffer]);
}

/** Lets a client in. Needs no backend, so it is answered at once. */
function open({ id, key, parameters }) {
  const connection = {
    id, key, raw: [], rawLength: 0, need: 5, owed: 0, queue: [], queueBytes: 0, statements: new Set(), unnamed: null,
    dirty: false, settings: null, listening: false, since: 0, closed: false, midBatch: false, fix: false,
  };
  connections.set(id, connection);
  const settings = startupSettings(parameters);
  if (settings.length) connection.settings = settings;
  const status = {
    server_version: '17.5', server_encoding: 'UTF8', client_encoding: 'UTF8', DateStyle: 'ISO, MDY', TimeZone: 'GMT',
    integer_datetimes: 'on', standard_conforming_strings: 'on', IntervalStyle: 'postgres', is_superuser: 'on',
    session_authorization: 'postgres', default_transaction_read_only: 'off', in_hot_standby: 'off',
    application_name: parameters.application_name || '',
  };
  post(connection, Buffer.concat([
    message('R', int32(0)),
    ...Object.entries(status).map(([name, value]) => message('S', name, value)),
    message('K', int32(id), int32(key)),
    readyForQuery('I'),
  ]));
}

/** Splits a client's bytes into complete messages. */
function frame(connection, bytes) {
  connection.raw.push(bytes);
  connection.rawLength += bytes.length;
  connection.owed += bytes.length;
  if (connection.rawLength < connection.need) {
    acknowledge(connection);
    return;
  }
  let rest = connection.raw.length === 1 ? connection.raw[0] : Buffer.concat(connection.raw);
  let offset = 0;
  let need = 5;
  while (rest.length - offset >= 5) {
    const length = rest.readUInt32BE(offset + 1) + 1;
    if (rest.length - offset < length) {
      need = length;
      break;
    }
    const complete = rest.subarray(offset, offset + length);
    offset += length;
    if (typeOf(complete) === 'X') {
      connection.closed = true;
      break;
    }
    if (!connection.queue.length) connection.since = Date.now();
    connection.queue.push(complete);
    connection.queueBytes += length;
  }
  acknowledge(connection);
  rest = rest.subarray(offset);
  connection.raw = rest.length ? [rest] : [];
  connection.rawLength = rest.length;
  connection.need = need;
}

/** Flow control counts complete messages only: one message may be larger than the limit. */
function acknowledge(connection) {
  if (!connection.owed || connection.queueBytes >= QUEUED_MOST) return;
  port.postMessage({ kind: 'ack', id: connection.id, length: connection.owed });
  connection.owed = 0;
}

function take(connection) {
  const bytes = connection.queue.shift();
  connection.queueBytes -= bytes.length;
  acknowledge(connection);
  return bytes;
}

// ---- what the backend asks of us

/** Called from inside recv(): happens only while the backend is in COPY FROM STDIN. */
function nextInput() {
  flush();
  for (;;) {
    const seen = Atomics.load(shared, WAKE);
    drain();
    if (current.queue.length) {
      const bytes = take(current);
      if ('dcfHS'.includes(typeOf(bytes))) return bytes;
      continue;
    }
    if (current.closed) return message('f', 'client disconnected during COPY');
    if (shutdown) return message('f', 'server is shutting down');
    if (Atomics.load(shared, CANCEL) === current.id) {
      Atomics.store(shared, CANCEL, 0);
      return message('f', 'canceling statement due to user request');
    }
    Atomics.wait(shared, WAKE, seen, 200);
  }
}

function flush() {
  if (backend.outLength && current && !current.closed) {
    for (let queued; (queued = Atomics.load(shared, OUTSTANDING)) > OUTSTANDING_MOST; ) {
      Atomics.wait(shared, OUTSTANDING, queued, 1000);
      drain();
      if (current.closed) break;
    }
    if (!current.closed) {
      post(current, backend.takeOutput());
      return;
    }
  }
  backend.dropOutput();
}

/** A watched message of the backend is complete. */
function finished(type, body) {
  if (type === 'C' && !backend.captured) {
    const tag = body.toString('latin1');
    if (/^(SET|RESET|DISCARD|ROLLBACK)/.test(tag)) {
      current.dirty = true;
      if (/^(SET|RESET|DISCARD)/.test(tag)) current.fix = true;
    }
    if (/^LISTEN/.test(tag)) current.listening = true;
    if (/^UNLISTEN/.test(tag)) current.listening = false;
  } else if (type === 'A') {
    for (const other of connections.values()) {
      if (other.listening && other !== current) post(other, message('A', body));
    }
  }
}

// ---- the scheduler

/** Statement s0 of connection 7 is c7_s0 in the backend. */
const backendName = (connection, name) => `c${connection.id}_${name}`;

/** The client has gone: leaves no trace of it in the shared backend. */
function cleanUp(connection) {
  current = connection;
  connection.queue = [];
  backend.dropOutput(); // undelivered output must not reach the next client
  backend.dropCancel();
  backend.quietly(() => {
    if (owner === connection && connection.midBatch) backend.feed(message('S'));
    if (backend.status !== 'I') backend.feed(message('Q', 'ROLLBACK'));
  });
  backend.closeStatements([...connection.statements].map(name => backendName(connection, name)));
  backend.swallow = [];
  if (unnamedOf === connection.id) unnamedOf = 0;
  const others = [...connections.values()].some(other => other !== connection && other.listening);
  if (connection.listening && !others) backend.run('UNLISTEN *');
  sessions.forget(connection);
  connections.delete(connection.id);
  if (owner === connection) owner = null;
  current = null;
  port.postMessage({ kind: 'end', id: connection.id });
}

/** Runs one message of one client; false if there was nothing to do. */
function step() {
  for (const connection of connections.values()) {
    const mayGo = connection === owner || (!owner && !connection.queue.length);
    if (connection.closed && mayGo) {
      cleanUp(connection);
      return true;
    }
  }
  if (owner) refuseWaiting();
  const connection = owner || longestWaiting();
  if (!connection?.queue.length) return false;
  current = connection;
  let bytes = take(connection);
  const type = typeOf(bytes);
  if (!owner && 'dcf'.includes(type)) return true; // CopyData left over after a failed COPY
  if (owner !== connection) {
    sessions.switchTo(connection);
    owner = connection;
  }
  bytes = type === 'Q' ? simpleQuery(connection, bytes) : extendedQuery(connection, bytes);
  connection.midBatch = true;
  backend.readyCount = 0;
  backend.checkCancel();
  backend.feed(bytes);
  if (backend.readyCount) endBatch(connection);
  else if (type === 'H') flush();
  return true;
}

function endBatch(connection) {
  connection.midBatch = false;
  backend.swallow = [];
  backend.dropCancel();
  if (connection.fix && backend.status !== 'E') {
    connection.fix = false;
    flush();
    sessions.fixDefaults();
  }
  if (backend.status === 'I') {
    owner = null;
    if (connection.queue.length) connection.since = Date.now();
  }
  flush();
  Atomics.compareExchange(shared, CANCEL, connection.id, 0);
}

function longestWaiting() {
  let chosen = null;
  for (const connection of connections.values()) {
    if (connection.queue.length && (!chosen || connection.since < chosen.since)) chosen = connection;
  }
  return chosen;
}

/** Clients that have waited too long for somebody's transaction get an error: better than hanging for ever. */
function refuseWaiting() {
  const limit = Date.now() - options.queueTimeout * 1000;
  for (const connection of connections.values()) {
    if (connection === owner || !connection.queue.length || connection.since >= limit) continue;
    const batchEnd = connection.queue.findIndex(bytes => 'QS'.includes(typeOf(bytes)));
    if (batchEnd < 0) continue;
    for (let i = 0; i <= batchEnd; i++) take(connection);
    connection.since = Date.now();
    const text = `embedded backend is busy: another connection has had a transaction open for ${options.queueTimeout} s`;
    post(connection, Buffer.concat([errorMessage('ERROR', '55P03', text), readyForQuery('I')]));
  }
}

/** Statements that would hit the other clients' session state become harmless ones. */
function simpleQuery(connection, bytes) {
  const sql = bytes.toString('utf8', 5, bytes.length - 1);
  if (/set_config/i.test(sql)) connection.dirty = true;
  if (/^\s*DEALLOCATE\s+(PREPARE\s+)?ALL\s*;?\s*$/i.test(sql)) {
    closeOwnStatements(connection);
    return message('Q', 'SELECT WHERE false');
  }
  if (/^\s*DISCARD\s+ALL\s*;?\s*$/i.test(sql)) {
    connection.dirty = true;
    closeOwnStatements(connection);
    const harmless = `CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; ${SET_DEFAULTS}; DISCARD TEMP; DISCARD SEQUENCES`;
    return message('Q', harmless);
  }
  return bytes;
}

function closeOwnStatements(connection) {
  backend.closeStatements([...connection.statements].map(name => backendName(connection, name)));
  connection.statements.clear();
}

function extendedQuery(connection, original) {
  const { bytes, type, name, sql } = renameStatement(original, known => backendName(connection, known));
  if (sql && /set_config/i.test(sql)) connection.dirty = true;
  if (type === 'P') {
    if (name === '') {
      connection.unnamed = original;
      unnamedOf = connection.id;
    } else {
      connection.statements.add(name);
    }
  } else if (name === '' && type !== 'C' && connection.unnamed && unnamedOf !== connection.id) {
    // Another client has replaced our unnamed statement.
    backend.swallow.push('1');
    unnamedOf = connection.id;
    backend.feed(connection.unnamed);
  } else if (type === 'C' && name) {
    connection.statements.delete(name);
  }
  return bytes;
}

// ---- housekeeping

let lastLook = 0;
let lastWal = 0;

/** There is no checkpointer process: WAL would grow for ever. */
function maintain() {
  if (owner || Date.now() - lastLook < 2000) return;
  lastLook = Date.now();
  const rows = backend.run("SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint");
  const wal = Number(rows[0]?.[0] || 0);
  if (wal - lastWal < CHECKPOINT_EVERY) return;
  sessions.release();
  lastWal = wal;
  backend.run('CHECKPOINT');
  debug('checkpoint', Date.now() - lastLook, 'ms');
}

function crashed(error) {
  port.postMessage({ kind: 'crash', error: String(error?.stack || error) });
}

let running = false;

function pump() {
  if (running) return;
  running = true;
  try {
    for (let n = 0; ; n++) {
      if (n % 64 === 0) {
        drain();
        if (shutdown) break;
      }
      if (!step()) {
        drain();
        if (!step()) break;
      }
    }
    flush();
    maintain();
  } catch (error) {
    crashed(error);
    port.close();
    return;
  }
  running = false;
  if (!shutdown) return;
  try {
    backend.run('CHECKPOINT');
    database.Module._pgl_shutdown();
  } catch (error) {
    debug('shutdown', error);
  }
  process.exit(0);
}

port.on('message', item => {
  dispatch(item);
  pump();
});
setInterval(() => {
  if (connections.size) pump();
}, 500).unref();
process.on('uncaughtException', crashed);
sessions.apply(null);
port.postMessage({ kind: 'ready', ms: Math.round(performance.now() - started) });
