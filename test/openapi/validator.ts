import { openApi, type DocumentOptions, type JsonSchema, type OpenApiDocument } from '@pipit/openapi';
import type { ServiceType } from '@pipit/runtime';
import { reflect } from '@pipit/runtime/reflect';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Says what is wrong with a value; '' for nothing. */
export type Validate = (value: unknown) => string;

export async function documentOf(
  services: readonly ServiceType[],
  options: DocumentOptions = {},
): Promise<OpenApiDocument> {
  return openApi(await Promise.all(services.map(reflect)), options);
}

/** Validates by schemas of a document, of which no message has more fields than it says. */
export class DocumentValidator {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, ownProperties: true });
  readonly document: OpenApiDocument;

  constructor(document: OpenApiDocument) {
    this.document = document;
    addFormats.default(this.#ajv, ['int32', 'float', 'double', 'date-time']);
    this.#ajv.addFormat('int64', (text: string) => BigInt.asIntN(64, BigInt(text)) === BigInt(text));
    this.#ajv.addFormat('uint64', (text: string) => BigInt.asUintN(64, BigInt(text)) === BigInt(text));
    this.#ajv.addFormat('field-mask', (text: string) => !text.includes('_'));
    // Notes to readers, as JSON Schema has it.
    for (const format of ['email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uri-reference', 'uuid']) {
      this.#ajv.addFormat(format, true);
    }
    this.#ajv.addSchema(closed(document) as object, 'document');
  }

  /** @param at the place of a schema in the document, as keys */
  at(...at: readonly string[]): Validate {
    const pointer = at.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1')).map(encodeURIComponent);
    const validate = this.#ajv.compile({ $ref: `document#/${pointer.join('/')}` });
    return (value) => (validate(value) ? '' : this.#ajv.errorsText(validate.errors));
  }
}

/** The same with no other properties than those named. */
function closed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(closed);
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, closed(inner)]);
  const schema = value as JsonSchema;
  const isOpen = schema['type'] !== 'object' || 'additionalProperties' in schema;
  return Object.fromEntries(isOpen ? entries : [...entries, ['additionalProperties', false]]);
}
