/** The schema of a service at run time. */
export { withReflection } from './grpc/with-reflection.ts';
export { optionsOf } from './options-of.ts';
export { descriptorSet, reflect } from './reflect.ts';
