const KiB = 1024;
const MiB = 1024 * KiB;

/** Before each message of gRPC: whether it is compressed, one byte, and its length, four, big-endian (PROTOCOL-HTTP2.md). */
export const frameHeadBytes = 5;

/** The largest ConnectionMessage that is taken, in bytes: the 4 MiB most services in the field send, and a little more. */
export const defaultMaxMessageBytes: number = 5 * MiB;

/** The largest body of a request or an answer that comes in chunks, in bytes. */
export const defaultMaxBodyBytes: number = 64 * MiB;

/** The size of a chunk, and of the largest payload sent whole to a peer that takes chunks, in bytes. */
export const defaultChunkBytes: number = 64 * KiB;

/** Chunks of one transfer that may be unacknowledged. */
export const defaultChunksUnacknowledged = 2;
