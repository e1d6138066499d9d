/** The rules of `buf.validate` on messages; what generated `.check.ts` files call is here too, a function each. */
export { validate } from './validate.ts';
export { messageCheck, type MessageCheck } from './message-check.ts';
export type { Check, PathStep, Violation, Violations } from './violations.ts';

// For generated code.
export * from './bytes.ts';
export * from './fields.ts';
export * from './formats.ts';
export * from './lists.ts';
export * from './numbers.ts';
export * from './strings.ts';
export * from './times.ts';
export * from './well-known.ts';
