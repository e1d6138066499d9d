/** Messages whose schema is only known at run time. */
export { type DynamicMessage, startCounting } from './message.ts';
export { DynamicTypes, dynamicTypes } from './types.ts';
