import { TwirpError } from '@pipit/runtime';
import type { RequestCodec } from '@pipit/runtime/door';
import { describe, expect, test } from 'vitest';
import { createTranscoder } from '../../src/transcode/create-transcoder.ts';
import type { MethodTranscoder } from '../../src/transcode/transcoder.ts';
import { descriptorSet } from './descriptor-set.ts';

const transcoder = createTranscoder(
  descriptorSet({
    'hat.proto': `
      syntax = "proto3";
      package shop.v1;
      import "google/protobuf/any.proto";
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/empty.proto";
      message Hat { int32 inches = 1; google.protobuf.Timestamp made = 2; google.protobuf.Any extra = 3; }
      message Page { string content_type = 1; bytes data = 2; int32 status = 3; string filename = 4; }
      message Reply { int32 code = 1; string msg = 2; Hat data = 3; }
      message Odd { int32 __proto__ = 1; string constructor = 2; map<string, int32> to_string = 3; }
      service Hats {
        rpc Make(Hat) returns (Hat);
        rpc Fetch(Hat) returns (Page) { option idempotency_level = NO_SIDE_EFFECTS; }
        rpc Buy(Hat) returns (Reply);
        rpc Turn(Odd) returns (Odd);
        rpc Watch(Hat) returns (stream Hat);
        rpc Send(stream Hat) returns (Hat);
        rpc Ping(google.protobuf.Empty) returns (google.protobuf.Empty);
      }
      service odd_hats { rpc make_it(Hat) returns (Hat); rpc MakeIt(Odd) returns (Odd); }`,
    'old.proto': `
      syntax = "proto2";
      package old;
      message Ask { required int32 id = 1; required Ask.Inner inner = 2; message Inner {} }
      service Olds { rpc Do(Ask) returns (Ask); }`,
  }),
);

const hats = 'shop.v1.Hats';

function method(service: string, name: string): MethodTranscoder {
  const found = transcoder.method(service, name);
  if (found === undefined) throw new Error(`no method ${service}/${name}`);
  return found;
}

function bytesOf(name: string, body: string, codec: RequestCodec = 'json', service = hats): string {
  return Buffer.from(method(service, name).toProtobuf(codec, Buffer.from(body), undefined)).toString('hex');
}

function answerTo(name: string, hex: string, codec: RequestCodec = 'json'): object {
  const { body, ...rest } = method(hats, name).toHttp(codec, Buffer.from(hex, 'hex'));
  return { ...rest, body: Buffer.from(body).toString() };
}

function thrown(call: () => unknown): { code: string; msg: string; cause: string | undefined } {
  try {
    call();
  } catch (error) {
    if (!(error instanceof TwirpError)) throw error;
    return { code: error.code, msg: error.msg, cause: error.meta['cause'] };
  }
  throw new Error('nothing was thrown');
}

const json = { status: 200, contentType: 'application/json', headers: [] };

describe('methods', () => {
  test('are found by both spellings, the literal one first', () => {
    expect(method('shop.v1.odd_hats', 'make_it')).toMatchObject({
      service: 'shop.v1.odd_hats',
      name: 'make_it',
    });
    expect(method('shop.v1.OddHats', 'make_it').name).toBe('make_it');
    expect(method('shop.v1.odd_hats', 'MakeIt').name).toBe('MakeIt');
    expect(transcoder.method('shop.v1.Hats', 'make')).toBeUndefined();
    expect(transcoder.method('Hats', 'Make')).toBeUndefined();
    expect(transcoder.method('__proto__', 'constructor')).toBeUndefined();
  });

  test('that take streams are not there, and those that answer with one say so', () => {
    expect(transcoder.method(hats, 'Send')).toBeUndefined();
    expect(method(hats, 'Watch').isStream).toBe(true);
    expect(method(hats, 'Make').isStream).toBe(false);
  });

  test('say whether they may be asked twice', () => {
    expect(method(hats, 'Fetch').noSideEffects).toBe(true);
    expect(method(hats, 'Make').noSideEffects).toBe(false);
  });
});

describe('requests', () => {
  test('JSON, with a well-known type', () => {
    expect(bytesOf('Make', '{"inches":5,"made":"1970-01-01T00:00:01Z"}')).toBe('080512020801');
  });

  test('a form, and the query after it', () => {
    const body = method(hats, 'Make').toProtobuf('form', Buffer.from(''), {
      query: 'inches=7',
      contentType: undefined,
    });
    expect(Buffer.from(body).toString('hex')).toBe('0807');
    expect(bytesOf('Make', 'inches=5&inches=7', 'form')).toBe('0805');
  });

  test('protobuf passes', () => {
    expect(bytesOf('Make', '\x08\x05', 'protobuf')).toBe('0805');
  });

  test('of a well-known type', () => {
    expect(bytesOf('Ping', '{}')).toBe('');
  });

  test('an Any holds what the set declares', () => {
    const type = 'type.googleapis.com/shop.v1.Hat';
    const hex = bytesOf('Make', `{"extra":{"@type":"${type}","inches":5}}`);
    expect(Buffer.from(hex, 'hex').toString('latin1')).toContain(`${type}\x12\x02\x08\x05`);
    expect(answerTo('Make', hex)).toEqual({
      ...json,
      body: `{"inches":0,"made":null,"extra":{"@type":"${type}","inches":5,"made":null,"extra":null}}`,
    });
    expect(thrown(() => bytesOf('Make', '{"extra":{"@type":"x/no.Such"}}'))).toMatchObject({
      code: 'malformed',
    });
  });

  test.each([
    ['{"inches":"x"}', 'json', 'malformed', 'inches: expected int32, got "x"'],
    ['', 'json', 'malformed', 'expected object, got the end'],
    ['inches=x', 'form', 'invalid_argument', undefined],
    ['extra=x', 'form', 'invalid_argument', undefined],
    ['a=%ff', 'form', 'malformed', 'the form has a broken percent escape or invalid UTF-8'],
  ] as const)('%s as %s is refused', (body, codec, code, cause) => {
    expect(thrown(() => bytesOf('Make', body, codec))).toMatchObject({ code, ...(cause && { cause }) });
  });

  test('that leave out what proto2 requires are refused', () => {
    expect(thrown(() => bytesOf('Do', '{"id":1}', 'json', 'old.Olds'))).toEqual({
      code: 'malformed',
      msg: 'the json request could not be decoded',
      cause: 'required field inner is not set',
    });
  });

  test('names every object has are names as any other', () => {
    const body = '{"__proto__":1,"constructor":"c","to_string":{"__proto__":2}}';
    const hex = bytesOf('Turn', body);
    expect(answerTo('Turn', hex)).toEqual({ ...json, body });
    expect(({} as { constructor: unknown }).constructor).toBe(Object);
  });
});

describe('answers', () => {
  test('JSON, with defaults', () => {
    expect(answerTo('Make', '0805')).toEqual({ ...json, body: '{"inches":5,"made":null,"extra":null}' });
  });

  test('protobuf passes', () => {
    expect(answerTo('Make', '0805', 'protobuf')).toEqual({
      status: 200,
      contentType: 'application/protobuf',
      headers: [],
      body: '\x08\x05',
    });
  });

  test('an envelope without data has {}', () => {
    expect(answerTo('Buy', '08641201 61'.replace(' ', ''), 'form')).toEqual({
      ...json,
      body: '{"code":100,"msg":"a","data":{}}',
    });
  });

  test.each(['json', 'protobuf', 'form'] as const)('a download, asked for in %s', (codec) => {
    expect(
      answerTo('Fetch', '0a08746578742f637376 1201 61 18c901 2205 612e637376'.replaceAll(' ', ''), codec),
    ).toEqual({
      status: 201,
      contentType: 'text/csv',
      headers: [
        ['X-Pipit-Download', '1'],
        ['X-Content-Type-Options', 'nosniff'],
        ['Content-Disposition', 'attachment; filename="a.csv"'],
      ],
      body: 'a',
      isFile: true,
    });
  });

  test('a download that HTTP cannot carry', () => {
    expect(thrown(() => answerTo('Fetch', '0a03610d0a'))).toMatchObject({ code: 'internal' });
    expect(thrown(() => answerTo('Fetch', '18e807'))).toMatchObject({ code: 'internal' });
  });

  test('bytes that are no such message', () => {
    expect(thrown(() => answerTo('Make', '0a'))).toMatchObject({
      code: 'internal',
      msg: expect.stringMatching(
        /^the answer of shop\.v1\.Hats\/Make is not a usable shop\.v1\.Hat: /,
      ) as string,
    });
    expect(thrown(() => answerTo('Make', '1a021201 00'.replace(' ', '')))).toMatchObject({
      code: 'internal',
    });
  });
});

test('messages beyond the limit are refused as they are at a service', () => {
  const set = descriptorSet({
    'list.proto': `
      syntax = "proto3";
      message List { repeated List items = 1; map<string, int32> counts = 2; }
      service Lists { rpc Put(List) returns (List); }`,
  });
  const put = createTranscoder(set, { messageLimit: 3 }).method('Lists', 'Put')!;
  const send = (body: string): Uint8Array => put.toProtobuf('json', Buffer.from(body), undefined);
  expect(Buffer.from(send('{"items":[{},{},{}]}')).toString('hex')).toBe('0a000a000a00');
  for (const body of ['{"items":[{},{},{},{}]}', '{"items":[{},{"counts":{"a":1,"b":2}}]}']) {
    expect(thrown(() => send(body))).toMatchObject({
      code: 'resource_exhausted',
      cause: expect.stringContaining('more than 3 messages and map entries'),
    });
  }
  // An answer is the service's own: it is held to a number of fields.
  expect(put.toHttp('json', Buffer.from('0a00'.repeat(4), 'hex')).status).toBe(200);
  const whole = createTranscoder(set).method('Lists', 'Put')!;
  const many = `{"items":[${'{},'.repeat(262_144)}{}]}`;
  expect(thrown(() => whole.toProtobuf('json', Buffer.from(many), undefined)).code).toBe(
    'resource_exhausted',
  );
});
