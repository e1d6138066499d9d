export { systemClock, type Clock } from './clock.ts';
export { defaultLimits, type Limits } from './server/limits.ts';
