import { readFileSync } from 'node:fs';
import { TwirpError } from '@pipit/runtime';
import { describe, expect, test } from 'vitest';
import { gatewayLog } from '../../src/observe/log.ts';
import { createTranscoder } from '../../src/transcode/create-transcoder.ts';
import type { TranscoderOptions } from '../../src/transcode/transcoder.ts';
import { startFront } from '../front/rig.ts';
import { descriptorSet } from './descriptor-set.ts';

const rules = new URL('../../../protoc-gen-twirp-ts/proto/buf/validate/validate.proto', import.meta.url);
const service = 'shop.v1.Users';

/** A service whose request has such fields. */
function setOf(fields: string): Uint8Array {
  const proto = `syntax = "proto3";
    package shop.v1;
    import "validate.proto";
    message SignUp { ${fields} }
    message Address { string city = 1 [(buf.validate.field).string.min_len = 2]; }
    message Node { Node next = 1; string id = 2 [(buf.validate.field).string.uuid = true]; }
    message SignedUp { string id = 1; }
    service Users { rpc Join(SignUp) returns (SignedUp) { option idempotency_level = NO_SIDE_EFFECTS; } }`;
  return descriptorSet({ 'shop.proto': proto, 'validate.proto': readFileSync(rules, 'utf8') }, [
    'shop.proto',
  ]);
}

function asked(fields: string, json: string, options?: TranscoderOptions): unknown {
  const method = createTranscoder(setOf(fields), options).method(service, 'Join')!;
  try {
    return method.toProtobuf('json', Buffer.from(json), undefined);
  } catch (error) {
    return error;
  }
}

const name = 'string name = 1 [(buf.validate.field).string.min_len = 1];';

describe('a request that is made protobuf is held to the rules of its proto', () => {
  test('all that break are told, as a service of ours tells them', () => {
    const fields = `${name} repeated string tags = 2 [(buf.validate.field).repeated = {unique: true, items: {string: {pattern: "^[a-z]+$"}}}];
      Address address = 3 [(buf.validate.field).required = true]; map<string, Address> others = 4; Node node = 5;`;
    const error = asked(
      fields,
      '{"tags":["A"],"others":{"x":{"city":"y"}},"node":{"next":{"id":"z"},"id":""}}',
    );
    expect(error).toBeInstanceOf(TwirpError);
    const { code, msg, meta, details } = error as TwirpError;
    expect([code, msg, meta['argument']]).toEqual([
      'invalid_argument',
      'name: must be at least 1 characters',
      'name',
    ]);
    const told = JSON.parse(meta['violations']!) as { field: string; rule: string }[];
    expect(told.map(({ field, rule }) => `${field} ${rule}`)).toEqual([
      'name string.min_len',
      'tags[0] string.pattern',
      'address required',
      'others["x"].city string.min_len',
      'node.next.id string.uuid',
      'node.id string.uuid_empty',
    ]);
    expect(details).toHaveLength(1);
  });

  test('what breaks none goes on, and protobuf is passed as it came', () => {
    expect(asked(name, '{"name":"Ada"}')).toEqual(Uint8Array.of(0x0a, 3, 0x41, 0x64, 0x61));
    const method = createTranscoder(setOf(name)).method(service, 'Join')!;
    expect(method.toProtobuf('protobuf', new Uint8Array(), undefined)).toEqual(new Uint8Array());
  });

  test('nothing is held to rules where that is switched off', () => {
    expect(asked(name, '{}', { validate: false })).toEqual(new Uint8Array());
  });

  test('expressions in CEL are left to the service', () => {
    const cel = 'string name = 1 [(buf.validate.field).cel = {id: "never", expression: "false"}];';
    expect(asked(cel, '{"name":"Ada"}')).toEqual(Uint8Array.of(0x0a, 3, 0x41, 0x64, 0x61));
    expect(asked(`${cel} int32 age = 2 [(buf.validate.field).int32.gte = 18];`, '{}')).toMatchObject({
      msg: 'age: must be greater than or equal to 18',
    });
  });

  test('a rule that cannot be applied fails the calls of its method, and says which it is', () => {
    const error = asked('string name = 1 [(buf.validate.field).string.pattern = "(?=a)"];', '{"name":"a"}');
    expect(error).toMatchObject({
      code: 'internal',
      msg: expect.stringContaining('the rules of shop.v1.SignUp cannot be applied: the rule pattern of'),
    });
  });

  test('of messages that hold one another in a long row each is looked at once', () => {
    // Deep as no proto of people is; the one that has a rule is the last.
    const count = 3_000;
    const row = Array.from({ length: count }, (_, n) => `message M${n} { M${n + 1} next = 1; }`).join('\n');
    const proto = `syntax = "proto3"; package row.v1; import "validate.proto"; ${row}
      message M${count} { ${name} }
      service Row { rpc Ask(M0) returns (M${count}); }`;
    const set = descriptorSet({ 'row.proto': proto, 'validate.proto': readFileSync(rules, 'utf8') }, [
      'row.proto',
    ]);
    const method = createTranscoder(set).method('row.v1.Row', 'Ask')!;
    expect(() => method.toProtobuf('json', Buffer.from('{"next":{}}'), undefined)).not.toThrow();
  });
});

test('through the gateway a broken rule is 400 by JSON, by a form and by GET, and does not reach the service', async () => {
  const transcoder = createTranscoder(setOf(name));
  const rig = await startFront({}, { gateway: { transcoder: () => transcoder } });
  const peer = await rig.connect({ services: [service] }, () => ({ statusCode: 200 }));
  const url = `${rig.origin}/api/${service}/Join`;
  const asking = [
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
    { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'name=' },
    { method: 'GET' },
  ];
  for (const init of asking) {
    const response = await fetch(url, init);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'invalid_argument', meta: { argument: 'name' } },
    ]);
  }
  expect(peer.requests).toEqual([]);
  const passed = await fetch(url, { ...asking[0], body: '{"name":"Ada"}' });
  expect(passed.status).toBe(200);
});

test('a rule that cannot be applied fails the calls of its service and no other, and the log has them', async () => {
  const proto = `syntax = "proto3"; package own.v1; import "validate.proto";
    message Bad { string name = 1 [(buf.validate.field).string.pattern = "(?=a)"]; }
    message Good { ${name} }
    service Wrong { rpc Ask(Bad) returns (Bad); }
    service Right { rpc Ask(Good) returns (Good); }`;
  const set = descriptorSet({ 'own.proto': proto, 'validate.proto': readFileSync(rules, 'utf8') }, [
    'own.proto',
  ]);
  const transcoder = createTranscoder(set);
  const lines: object[] = [];
  const write = (line: object): number => lines.push(line);
  const log = { debug: write, info: write, warn: write, error: write };
  const rig = await startFront(
    {},
    { gateway: { transcoder: () => transcoder, observers: [gatewayLog(log)] } },
  );
  await rig.connect({ services: ['own.v1.Wrong', 'own.v1.Right'] }, () => ({ statusCode: 200 }));
  const ask = (of: string): Promise<Response> =>
    fetch(`${rig.origin}/api/own.v1.${of}/Ask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Ada"}',
    });
  const refused = await ask('Wrong');
  expect([refused.status, await refused.json()]).toMatchObject([
    500,
    { code: 'internal', msg: expect.stringContaining('the rules of own.v1.Bad cannot be applied') },
  ]);
  expect((await ask('Right')).status).toBe(200);
  expect(lines.filter((line) => 'method' in line)).toMatchObject([
    { method: 'own.v1.Wrong/Ask', code: 'internal' },
    { method: 'own.v1.Right/Ask', code: 'ok' },
  ]);
});
