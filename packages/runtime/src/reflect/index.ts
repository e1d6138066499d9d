/** The schema of a service at run time. */
export { optionsOf } from './options-of.ts';
export { descriptorSet, reflect } from './reflect.ts';
