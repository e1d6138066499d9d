export { createHandler, createServer } from '@pipit/runtime/node';
