// What the user of the session writes by hand.

/** The service as it is first. */
export const firstProto = `syntax = "proto3";

package user.v1;

// Who may come in.
service Account {
  rpc Get(GetRequest) returns (GetResponse);
  rpc List(ListRequest) returns (ListResponse);
  rpc Delete(DeleteRequest) returns (DeleteResponse);
}

message GetRequest {
  int32 id = 1;
}

message GetResponse {
  int32 code = 1;
  string msg = 2;
  AccountData data = 3;
}

message AccountData {
  int32 id = 1;
}

message ListRequest {}

message ListResponse {
  repeated AccountData accounts = 1;
}

message DeleteRequest {
  int32 id = 1;
}

message DeleteResponse {}
`;

/** Its class, with what people leave in files. */
export const firstClass = `import { BusinessError, notFound } from '@pipit/runtime';
import type {
  Account,
  DeleteRequest,
  DeleteResponseInit,
  GetRequest,
  GetResponseInit,
  ListRequest,
  ListResponseInit,
} from './account.twirp.ts';

const known = new Set([1,2,   3]); // not formatted, on purpose

/* One per process. */
export class AccountServer implements Account {
  /** How often somebody asked. */
  private asked = 0;

  get(request: GetRequest): GetResponseInit {
    this.asked++; // TODO: a metric
    if (request.id === 0) throw new BusinessError(7, 'Say who');
    if (!known.has(request.id)) throw notFound(\`there is no account \${request.id}\`);
    return { data: { id: request.id } };
  }

  list(_request: ListRequest): ListResponseInit {
    return { accounts: [...known].map((id) => ({ id })) };
  }

  delete(request: DeleteRequest): DeleteResponseInit {
    known.delete(request.id);
    return {};
  }
}
`;

/** A method is added, one renamed, one has another request, one is gone; a message has a field more. */
export const secondProto: string = firstProto
  .replace('rpc Get(GetRequest)', 'rpc Get(FindRequest)')
  .replace('message GetRequest', 'message FindRequest')
  .replace(
    'rpc List(ListRequest) returns (ListResponse)',
    'rpc Search(SearchRequest) returns (SearchResponse)',
  )
  .replace('message ListRequest {}', 'message SearchRequest {}')
  .replace('message ListResponse', 'message SearchResponse')
  .replace(
    / {2}rpc Delete.*\n/,
    '  // Lets somebody in.\n  rpc Create(CreateRequest) returns (CreateResponse);\n',
  )
  .replace('message DeleteRequest', 'message CreateRequest')
  .replace('message DeleteResponse', 'message CreateResponse')
  .replace(
    'message AccountData {\n  int32 id = 1;',
    'message AccountData {\n  int32 id = 1;\n  string name = 2;',
  );

/** A test of the user's. */
export const test = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalClient } from '@pipit/runtime/local';
import { AccountServer } from '../rpc/user/v1/account.ts';
import { Account } from '../rpc/user/v1/account.twirp.ts';

test('accounts by hand', async () => {
  const client = createLocalClient(Account, new AccountServer());
  const { data } = await client.get({ id: 2 });
  assert.deepEqual([data?.id, data?.name], [2, 'account 2']);
  assert.equal((await client.search({})).accounts.length, 3);
  await assert.rejects(client.create({}), { code: 'unimplemented' });
});
`;
