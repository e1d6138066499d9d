import Database from 'libsql';

const schema = `
CREATE TABLE IF NOT EXISTS accounts (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  salt BLOB NOT NULL,
  password BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS sessions (
  token_hash BLOB PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  ends_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS products (
  id INTEGER PRIMARY KEY,
  owner_id INTEGER NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  price_cents INTEGER NOT NULL,
  stock INTEGER NOT NULL CHECK (stock >= 0),
  added_at INTEGER NOT NULL,
  picture_type TEXT,
  picture BLOB
);`;

/** What a column can hold. Integers come back as bigint, which is what `int64` fields are. */
export type Value = string | bigint | number | Uint8Array | null;

/** The queries of this shop: SQL with a `?` for each value, never values in the SQL. */
export interface Store {
  /** The rows of a query, each as an object by its columns. */
  all<Row>(sql: string, ...values: readonly Value[]): Row[];
  close(): void;
}

/**
 * SQLite in a file; `:memory:` for one that tests throw away. With Postgres `all` would be async, as handlers may be.
 */
export function openStore(file: string): Store {
  const database = new Database(file).defaultSafeIntegers(true);
  database.pragma('journal_mode = WAL');
  database.exec(schema);
  return {
    // As a list: the driver takes a single Uint8Array for the names of parameters.
    all: <Row>(sql: string, ...values: readonly Value[]) => database.prepare(sql).all([...values]) as Row[],
    close: () => void database.close(),
  };
}
