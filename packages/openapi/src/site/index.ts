/** The docs page as files, for those who serve it otherwise than with Fastify. */
export { DocsSite, type DocsFile, type DocsSiteOptions } from './docs-site.ts';
