import type { MessageSchema, ServiceSchema } from '@pipit/schema';
import { errorName, errorResponses, errorSchema } from './errors.ts';
import { isServed, pathItem } from './operation.ts';
import { Components, type FieldRules, type JsonNames } from './schema/components.ts';
import type { JsonSchema } from './schema/json-schema.ts';

/** The parts of a document that no proto says. */
export interface DocumentOptions {
  /** The name of the API. Default: the name of its only service, or `API`. */
  readonly title?: string;
  /** The version of the API. Default `0.0.0`. */
  readonly version?: string;
  /** Markdown in front of everything. */
  readonly description?: string;
  /** The path before the service name, for the default of `servers`; `/` for none. Default `/api`. */
  readonly prefix?: string;
  /** Where the API is, prefix included, as in `https://example.com/api`. Default: the prefix, at the document's own host. */
  readonly servers?: readonly string[];
  /** The names of fields in answers, as the server writes them: `proto` (default) or `camel`. */
  readonly jsonNames?: JsonNames;
  /**
   * The ways to log in, by name, as OpenAPI describes them: `{ token: { type: 'http', scheme: 'bearer' } }`. Any of them
   * opens every method. Default none.
   */
  readonly securitySchemes?: Readonly<Record<string, object>>;
  /** The rules of a field's values beside its type, as keywords of JSON Schema. Default none. */
  readonly rules?: FieldRules;
}

/** An OpenAPI 3.1 document as plain data. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly object[];
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, object>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, object>>;
    readonly headers: Readonly<Record<string, object>>;
    readonly securitySchemes?: Readonly<Record<string, object>>;
  };
}

/**
 * Describes services as OpenAPI 3.1: what our doors take and answer for each method, with the comments of the proto.
 * @param services as `reflect` or a `Schema` gives them; one that is there twice counts once
 * @throws {DescriptorError} where a type that a field refers to is not there
 * @example
 * const document = openApi([await reflect(Echo)], { title: 'Echo', servers: ['https://example.com/api'] });
 * await writeFile('openapi.json', JSON.stringify(document));
 */
export function openApi(services: readonly ServiceSchema[], options: DocumentOptions = {}): OpenApiDocument {
  const { jsonNames = 'proto', securitySchemes = {} } = options;
  const byName = new Map(services.map((service) => [service.fullName, service]));
  const components = new Components(jsonNames, answersOf(byName.values()), options.rules);
  const paths: Record<string, object> = {};
  for (const service of byName.values()) {
    for (const method of service.methods.filter(isServed)) {
      paths[`/${service.fullName}/${method.name}`] = pathItem(method, components);
    }
  }
  const schemes = Object.keys(securitySchemes);
  return {
    openapi: '3.1.0',
    info: {
      title: options.title ?? (byName.size === 1 ? [...byName.keys()][0]! : 'API'),
      version: options.version ?? '0.0.0',
      description: options.description ?? about,
    },
    servers: (options.servers ?? [options.prefix ?? '/api']).map((url) => ({ url: serverUrl(url) })),
    security: schemes.map((name) => ({ [name]: [] })),
    tags: [...byName.values()].map(({ fullName: name, comment }) =>
      comment === '' ? { name } : { name, description: comment },
    ),
    paths,
    components: {
      schemas: { ...components.schemas, [errorName]: errorSchema },
      responses: errorResponses,
      headers: { 'X-Trace-Id': traceId },
      ...(schemes.length === 0 ? {} : { securitySchemes }),
    },
  };
}

/** The messages in what is answered: servers hold requests against their rules, and no answers. */
function answersOf(services: Iterable<ServiceSchema>): ReadonlySet<MessageSchema> {
  const outputs = [...services].flatMap(({ methods }) =>
    methods.filter(isServed).map(({ output }) => output),
  );
  const reached = new Set(outputs);
  for (const { fields } of reached) {
    for (const { value } of fields) if (value.kind === 'message') reached.add(value.type);
  }
  return reached;
}

const about = `Every method is called by POST, with a body in JSON, as a form, or in protobuf (\`application/protobuf\`), which is answered in protobuf. \`X-Request-Timeout-Ms\` says how long the caller waits.`;

const traceId = {
  description: 'Finds the call in the logs of the server. A caller may send its own, or a `traceparent`.',
  schema: { type: 'string', pattern: String.raw`^[\w.:-]{1,128}$` },
};

/** `api`, `/api/` and `/api` are one; an origin stays what it is. */
function serverUrl(url: string): string {
  if (/^https?:\/\//.test(url)) return url.replace(/\/+$/, '');
  return `/${url.replaceAll(/^\/+|\/+$/g, '')}`;
}
