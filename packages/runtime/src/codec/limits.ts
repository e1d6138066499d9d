/** How deep messages, groups, and JSON's objects and lists may nest (wire.md, Bodies). */
export const MAX_DEPTH = 100;

export const MIN_INT32 = -0x8000_0000n;
export const MAX_INT32 = 0x7fff_ffffn;
export const MAX_UINT32 = 0xffff_ffffn;
export const MIN_INT64 = -0x8000_0000_0000_0000n;
export const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
export const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
/** Half a step above the largest float rounds to infinity. */
export const MAX_FLOAT = 3.4028235677973366e38;
