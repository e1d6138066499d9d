import { Protocols } from '@pipit/runtime/door';

/** The protocols of callers over HTTP: services take what they speak, errors of the gateway come in the caller's own shape. */
export const protocols: Protocols = new Protocols();
