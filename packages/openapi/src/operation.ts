import type { MethodSchema } from '@pipit/schema';
import { operationErrors } from './errors.ts';
import { fileFields, formFields, isWhole, type FormField } from './form.ts';
import type { Components } from './schema/components.ts';
import type { JsonSchema } from './schema/json-schema.ts';
import { streamContent, streamText } from './stream.ts';
import { paragraphs } from './text.ts';

const traced = { 'X-Trace-Id': { $ref: '#/components/headers/X-Trace-Id' } };

/** Reports whether a method is in the document: a method that takes a stream is not served at all. */
export function isServed({ descriptor }: MethodSchema): boolean {
  return !descriptor.clientStreaming;
}

/** The operations at the path of a method: POST, and GET where the proto opens it. */
export function pathItem(method: MethodSchema, components: Components): object {
  const { idempotency, input } = method;
  const post = {
    ...common(method, components),
    operationId: method.fullName,
    requestBody: requestBody(method, components),
  };
  const fields = formFields(input, components);
  if (idempotency !== 'NO_SIDE_EFFECTS' || !isWhole(input, fields, components)) return { post };
  const parameters = fields.map(({ name, schema, required }) => {
    const { description, deprecated, ...rest } = schema;
    return {
      name,
      in: 'query',
      ...(description === undefined ? {} : { description }),
      ...(deprecated === true ? { deprecated } : {}),
      ...(required ? { required } : {}),
      schema: rest,
    };
  });
  return { get: { ...common(method, components), operationId: `${method.fullName}.get`, parameters }, post };
}

function common(method: MethodSchema, components: Components): object {
  const { service, comment, deprecated } = method;
  const kind = kindOf(method);
  return {
    tags: [service.fullName],
    summary: method.name,
    ...(comment === '' ? {} : { description: comment }),
    ...(deprecated || service.deprecated ? { deprecated: true } : {}),
    ...(kind === undefined ? {} : { 'x-pipit-kind': kind }),
    responses: { 200: success(method, components), ...operationErrors },
  };
}

function requestBody({ input }: MethodSchema, components: Components): object {
  const form = formFields(input, components);
  const files = fileFields(input, components);
  const multipart = [...form, ...files];
  const isForm = (form.length > 0 || input.fields.length === 0) && isWhole(input, form, components);
  const isMultipart = files.length > 0 && isWhole(input, multipart, components);
  return {
    ...(input.comment === '' ? {} : { description: input.comment }),
    content: {
      'application/json': { schema: components.message(input) },
      ...(isForm ? { 'application/x-www-form-urlencoded': { schema: formSchema(form) } } : {}),
      ...(isMultipart ? { 'multipart/form-data': { schema: formSchema(multipart) } } : {}),
    },
  };
}

function formSchema(fields: readonly FormField[]): JsonSchema {
  const required = fields.filter((field) => field.required).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** The kind of an answer that is more than its message. Messages of a stream are no envelopes, and those of the download shape are one body. */
function kindOf({ output, descriptor }: MethodSchema): 'download' | 'envelope' | 'stream' | undefined {
  return descriptor.serverStreaming && output.kind !== 'download' ? 'stream' : output.kind;
}

function success(method: MethodSchema, components: Components): object {
  const { output } = method;
  const kind = kindOf(method);
  if (kind === 'stream') {
    return {
      description: paragraphs(output.comment, streamText),
      headers: traced,
      content: streamContent(components.message(output)),
    };
  }
  if (kind === 'download') {
    return {
      description: paragraphs(output.comment, download),
      headers: { ...traced, ...downloadHeaders },
      content: { '*/*': {} },
    };
  }
  return {
    description: paragraphs(output.comment, kind === 'envelope' ? envelope : '') || 'Success.',
    headers: traced,
    content: { 'application/json': { schema: components.message(output) } },
  };
}

const envelope =
  'A `code` of 0 is success, with `data`. A `code` above 0 is a business error, which the caller is meant to handle: `msg` says what it is.';
const download = 'A download: the body is the file itself.';
const downloadHeaders = {
  'Content-Disposition': {
    description: 'The name of the file, where it has one.',
    schema: { type: 'string' },
  },
  'X-Pipit-Download': {
    description: 'Marks a download, whatever its status.',
    schema: { type: 'string', const: '1' },
  },
};
