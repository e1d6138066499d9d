import { Protocols } from '@pipit/runtime/door';

/** The protocols of callers: services take what they speak, and errors of the gateway come in the caller's own shape. */
export const callerProtocols: Protocols = new Protocols();
