/** Answers that their callers have not taken yet, and the bytes of them that are held until then. */
export class Unread {
  count: number = 0;
  bytes: number = 0;
}
