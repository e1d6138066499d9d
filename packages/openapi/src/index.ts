/** OpenAPI 3.1 of services. Serving it, with a page: `@pipit/openapi/fastify` and `@pipit/openapi/site`. */
export { openApi, type DocumentOptions, type OpenApiDocument } from './document.ts';
export type { FieldRules, JsonNames } from './schema/components.ts';
export type { JsonSchema } from './schema/json-schema.ts';
