/**
 * Node writes a string in one piece with the head, but bytes in a piece of their own, which costs more than
 * the rest of the call. From about this many bytes on, copying costs more than that.
 */
export const longestString: number = 8 * 1024;
