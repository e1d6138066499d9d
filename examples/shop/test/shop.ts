import type { Hooks } from '@pipit/runtime';
import { createLocalClient } from '@pipit/runtime/local';
import { onTestFinished } from 'vitest';
import { CatalogServer } from '../rpc/shop/v1/catalog.ts';
import { Catalog, type CatalogClient } from '../rpc/shop/v1/catalog.twirp.ts';
import { openStore, type Store } from '../server/database.ts';
import { caller, type Caller } from '../server/sessions.ts';

/** A database of the test's own. */
export function emptyStore(): Store {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  return store;
}

/** The catalog as somebody calls who is logged in: without a socket, a password or a session. */
export function catalogAs(name: string, store: Store): CatalogClient {
  const [account] = store.all<Caller>(
    "INSERT INTO accounts (name, salt, password) VALUES (?, '', '') RETURNING id, name",
    name,
  );
  const isCaller: Hooks = { requestRouted: (context) => context.set(caller, account!) };
  return createLocalClient(Catalog, new CatalogServer(store), { server: { hooks: [isCaller] } });
}

/** The smallest PNG there is: one pixel. */
export const pixel: Uint8Array<ArrayBuffer> = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
);
