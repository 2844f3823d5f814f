// One backend session is shared by all clients, so settings are saved and restored when it changes hands.
import { literal } from './protocol.mjs';

// What RESET goes back to is PGlite's own choice (search_path=pg_catalog, enable_seqscan=off,
// client_min_messages=debug3 ...): these are PostgreSQL's.
const DEFAULTS = [
  ['search_path', '"$user", public'],
  ['client_min_messages', 'notice'],
  ['enable_seqscan', 'on'],
  ['exit_on_error', 'off'],
  ['allow_system_table_mods', 'off'],
];
export const SET_DEFAULTS = DEFAULTS.map(([name, value]) => `SET ${name}=${name === 'search_path' ? value : `'${value}'`}`).join('; ');

const FIX_DEFAULTS = `SELECT pg_catalog.set_config(d.k, d.v, false)
  FROM (VALUES ${DEFAULTS.map(pair => `(${pair.map(literal).join(',')})`).join(',')}) d(k,v)
  JOIN pg_catalog.pg_settings s ON s.name=d.k WHERE s.source<>'session'`;

const CURRENT = `SELECT name, setting FROM pg_catalog.pg_settings WHERE source='session'
  UNION ALL SELECT 'session_authorization', session_user::text UNION ALL SELECT 'role', current_setting('role')`;

const NOBODY = { id: -1 };

export class Sessions {
  owner = null; // the connection whose settings the backend has

  constructor(backend, connections) {
    this.backend = backend;
    this.connections = connections;
  }

  /** Gives the backend the settings of a connection, or the defaults. */
  apply(connection) {
    const { backend } = this;
    for (const sql of ['RESET SESSION AUTHORIZATION', 'RESET ROLE', 'RESET ALL', SET_DEFAULTS]) backend.run(sql);
    for (const [name, value] of connection?.settings || []) {
      if (name === 'session_authorization') {
        if (value !== 'postgres') backend.run(`SET SESSION AUTHORIZATION ${literal(value)}`);
      } else if (name === 'role') {
        if (value !== 'none') backend.run(`SET ROLE ${literal(value)}`);
      } else {
        backend.run(`SELECT pg_catalog.set_config(${literal(name)}, ${literal(value)}, false)`);
      }
    }
  }

  save(connection) {
    connection.settings = this.backend.run(CURRENT);
    connection.dirty = false;
  }

  switchTo(connection) {
    const previous = this.owner;
    if (previous === connection) return;
    if (previous?.dirty && this.connections.has(previous.id)) this.save(previous);
    if (!previous || previous.settings || previous.dirty || connection.settings) this.apply(connection);
    this.owner = connection;
  }

  /** After RESET or ROLLBACK a setting may have fallen back to PGlite's. */
  fixDefaults() {
    this.backend.run(FIX_DEFAULTS);
  }

  /** The connection has gone. */
  forget(connection) {
    if (this.owner !== connection) return;
    if (connection.settings || connection.dirty) {
      this.apply(null);
      this.owner = null;
    } else {
      this.owner = NOBODY;
    }
  }

  /** Nobody's settings, so that the bridge can run statements of its own that depend on them. */
  release() {
    if (this.owner?.dirty && this.connections.has(this.owner.id)) this.save(this.owner);
    this.apply(null);
    this.owner = null;
  }
}
