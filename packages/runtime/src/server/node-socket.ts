import type { Socket } from 'node:net';
import { sharedKey, type ContextKey } from '../rpc/context-key.ts';

/** Under this key a call's context holds the socket of its connection, at the node door, fast lane or not: `context.get(nodeSocket)`. */
export const nodeSocket: ContextKey<Socket> = sharedKey('nodeSocket');
