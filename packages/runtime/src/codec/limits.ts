/** How deep messages, groups, and JSON's objects and lists may nest (wire.md, Bodies). */
export const MAX_DEPTH = 100;

/** How many messages and map entries one input may hold unless an option says otherwise (wire.md, Bodies). */
export const MESSAGE_LIMIT = 262_144;

export const MIN_INT32 = -0x8000_0000n;
export const MAX_INT32 = 0x7fff_ffffn;
export const MAX_UINT32 = 0xffff_ffffn;
export const MIN_INT64 = -0x8000_0000_0000_0000n;
export const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
export const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
/** The largest number that rounds to a finite float: half a step above the largest float is infinity already. */
export const MAX_FLOAT = 3.4028235677973362e38;
