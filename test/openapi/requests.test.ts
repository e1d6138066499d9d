import type { JsonSchema } from '@pipit/openapi';
import { tracked, type ServiceType } from '@pipit/runtime';
import { localFetch } from '@pipit/runtime/local';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Examples } from './examples.ts';
import { everyService } from './services.ts';
import { documentOf, DocumentValidator, type Validate } from './validator.ts';

interface Operation {
  readonly requestBody: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: { readonly 200: { readonly content: object } };
  readonly parameters?: readonly { readonly name: string; readonly schema: JsonSchema }[];
}

const document = await documentOf(everyService);
const examples = new Examples(document);
const validator = new DocumentValidator(document);
const call = localFetch({
  services: everyService.map((type) => type.serve(implementation(type))),
  log: { debug: silent, info: silent, warn: silent, error: silent },
});

test.each(Object.entries(document.paths))('requests made of the document decode: %s', async (path, item) => {
  const { post, get } = item as { post: Operation; get?: Operation };
  const answer = validatorOf(path, post);
  for (const [type, { schema }] of Object.entries(post.requestBody.content)) {
    // The file of a multipart form is no text.
    if (type === 'multipart/form-data') continue;
    await fc.assert(
      fc.asyncProperty(examples.of(schema), async (value) => {
        const body = type === 'application/json' ? JSON.stringify(value) : query(value as object);
        await expectDecoded(answer, path, { method: 'POST', headers: { 'content-type': type }, body });
      }),
      { numRuns: 30 },
    );
  }
  if (get === undefined) return;
  const schema = {
    type: 'object',
    properties: Object.fromEntries(get.parameters!.map(({ name, schema }) => [name, schema])),
  };
  await fc.assert(
    fc.asyncProperty(examples.of(schema), (value) =>
      expectDecoded(answer, `${path}?${query(value as object)}`, {}),
    ),
    { numRuns: 30 },
  );
});

async function expectDecoded(validate: Validate | undefined, path: string, init: RequestInit): Promise<void> {
  const answer = await call(`/api${path}`, init);
  const text = await answer.text();
  // What no schema says: two members of one oneof, a field whose owner has chosen JavaScript's numbers, rules of the proto.
  if (answer.status === 400 && /second member|beyond 2\^53|within 2\^53|"violations"/.test(text)) return;
  expect([answer.status, text]).toEqual([200, expect.anything()]);
  if (validate === undefined) return;
  const values = isStream(answer) ? text.trimEnd().split('\n') : [text];
  for (const value of values) expect(validate(JSON.parse(value)), value).toBe('');
}

/** Of the answer, or of each line of a stream. Undefined for a download, whose body is anything. */
function validatorOf(path: string, { responses }: Operation): Validate | undefined {
  const type = ['application/json', 'application/x-ndjson'].find((each) => each in responses[200].content);
  if (type === undefined) return undefined;
  return validator.at('paths', path, 'post', 'responses', '200', 'content', type, 'schema');
}

function isStream({ headers }: Response): boolean {
  return headers.get('content-type') === 'application/x-ndjson';
}

/** As `style: form, explode: true` says. */
function query(value: object): string {
  const pairs = Object.entries(value).flatMap(([name, one]) =>
    (Array.isArray(one) ? one : [one]).map((each): [string, string] => [name, String(each)]),
  );
  return new URLSearchParams(pairs).toString();
}

/** Answers with the request where it can. */
function implementation({ methods }: ServiceType): object {
  const entries = Object.entries(methods).map(([name, { input, output, kind, stream }]) => {
    const echoes = input.typeName === output.typeName && (kind === undefined || stream !== undefined);
    const answer = (request: object): object => (echoes ? request : {});
    return [name, stream === undefined ? answer : (request: object) => twice(answer(request))];
  });
  return Object.fromEntries(entries) as object;
}

/** The second is one that a caller may go on behind. */
async function* twice(message: object): AsyncIterable<object> {
  yield message;
  yield tracked('2', { ...message });
}

function silent(): void {}
