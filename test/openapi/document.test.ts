import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { Everything } from '../gen/openapi/v1/everything.twirp.ts';
import { Cases } from '../gen/pipit/cases/v1/cases.twirp.ts';
import { everyService } from './services.ts';
import { documentOf } from './validator.ts';

const document = await documentOf([Everything, Cases], { title: 'Fixtures', prefix: 'rpc/' });
const schemas = document.components.schemas as Record<
  string,
  { properties: Record<string, object> } & object
>;

interface Operation {
  readonly parameters: readonly { readonly name: string }[];
  readonly responses: Record<string, object>;
  readonly requestBody: { readonly content: Record<string, { readonly schema: { properties: object } }> };
}

function operation(method: string, verb = 'post'): Operation {
  return (document.paths[`/openapi.v1.Everything/${method}`] as Record<string, Operation>)[verb]!;
}

test.each([[everyService], [[]]])('is valid OpenAPI 3.1', async (services) => {
  const result = await new Validator().validate({ ...(await documentOf(services)) });
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
});

describe('a document', () => {
  test('says the server of a prefix, and that of an origin', async () => {
    expect(document.servers).toEqual([{ url: '/rpc' }]);
    const servers = ['https://example.com/api/', '/'];
    expect((await documentOf([], { servers })).servers).toEqual([
      { url: 'https://example.com/api' },
      { url: '/' },
    ]);
  });

  test('has the comments of services, methods, messages, fields and values', () => {
    expect(document.tags[0]).toEqual({
      name: 'openapi.v1.Everything',
      description: 'Everything there is.\n\n*Markdown* & <b>tags</b> are text.',
    });
    expect(operation('Upload')).toMatchObject({ summary: 'Upload', description: 'Stores a picture.' });
    expect(schemas['openapi.v1.Picture']!.properties['name']).toEqual({
      type: 'string',
      description: 'Its name.',
    });
    expect(schemas['openapi.v1.Rating']).toMatchObject({
      description:
        'How much it is liked.\n\n- `RATING_BAD`: Not at all.\n- `RATING_GOOD`: Much, very much.\n- `RATING_OLD`: Deprecated.',
    });
  });

  test('marks what is deprecated', () => {
    expect(operation('Old')).toMatchObject({ deprecated: true });
    expect(schemas['openapi.v1.Picture']!.properties['caption']).toMatchObject({ deprecated: true });
  });

  test('has GET where the proto opens it, with what a query can hold', () => {
    expect(operation('Download', 'get')).toMatchObject({ operationId: 'openapi.v1.Everything.Download.get' });
    expect(operation('Download', 'get').parameters.map(({ name }) => name)).toEqual(['code', 'msg']);
    expect(document.paths['/openapi.v1.Everything/Upload']).not.toHaveProperty('get');
  });

  test('has a form of what a form can hold', () => {
    const { content } = operation('Upload').requestBody;
    const fields = (type: string): string[] => Object.keys(content[type]!.schema.properties);
    expect(fields('application/x-www-form-urlencoded')).toEqual(['name', 'labels', 'caption']);
    expect(fields('multipart/form-data')).toEqual(['name', 'labels', 'caption', 'file', 'preview']);
  });

  test('tells a download and an envelope', () => {
    expect(operation('Download')).toMatchObject({
      'x-pipit-kind': 'download',
      responses: { 200: { content: { '*/*': {} } } },
    });
    expect(operation('Upload')).toMatchObject({
      'x-pipit-kind': 'envelope',
      responses: { 200: { description: expect.stringContaining('business error') } },
    });
  });

  test('tells a stream of messages, which has no envelopes, and one that is a file', () => {
    const { content } = operation('Follow', 'get').responses[200] as { content: object };
    expect(operation('Follow')).toMatchObject({ 'x-pipit-kind': 'stream', responses: { 200: { content } } });
    expect(content).toMatchObject({
      'application/x-ndjson': {
        schema: {
          oneOf: [
            { properties: { result: { $ref: '#/components/schemas/openapi.v1.Stored' } } },
            { properties: { end: {} } },
            { properties: { error: { $ref: '#/components/schemas/twirp-error' } } },
          ],
        },
      },
      'text/event-stream': { schema: { type: 'string' } },
    });
    expect(operation('Export')).toMatchObject({
      'x-pipit-kind': 'download',
      responses: { 200: { content: { '*/*': {} } } },
    });
  });

  test('names fields as the server does', async () => {
    expect(Object.keys(schemas['openapi.v1.File']!.properties)).toEqual(['content_type', 'data', 'filename']);
    const camel = await documentOf([Everything], { jsonNames: 'camel' });
    expect(camel.components.schemas['openapi.v1.File']).toMatchObject({ properties: { contentType: {} } });
  });

  test('has the ways to log in that it is given', async () => {
    expect(document.security).toEqual([]);
    const securitySchemes = { token: { type: 'http', scheme: 'bearer' } };
    const secured = await documentOf([Cases], { securitySchemes });
    expect(secured.security).toEqual([{ token: [] }]);
    expect(secured.components.securitySchemes).toEqual(securitySchemes);
    expect((await new Validator().validate({ ...secured })).valid).toBe(true);
  });

  test('takes rules of fields from whoever reads them', async () => {
    const ruled = await documentOf([Everything], {
      rules: ({ name }) => (name === 'caption' ? { maxLength: 80 } : undefined),
    });
    expect(ruled.components.schemas['openapi.v1.Picture']).toMatchObject({
      properties: { caption: { type: 'string', maxLength: 80 } },
    });
  });
});
