/** Under this key a message holds its id: no field has it, and a copy of the message keeps it. */
const idKey: unique symbol = Symbol.for('pipit.trackedId');

/**
 * Gives a message of a stream an id, which a caller who comes back sends as `context.lastEventId`: the stream then goes on
 * behind it.
 * @param id any text without CR, LF and NUL; not empty
 * @example
 * async *watch(request: WatchRequest, context: Context): AsyncIterable<EventInit> {
 *   for await (const event of log.after(context.lastEventId)) yield tracked(event.id, event);
 * }
 * @returns a copy of the message
 * @throws {TypeError} for an id that no line could hold
 */
export function tracked<Message extends object>(id: string, message: Message): Message {
  // oxlint-disable-next-line no-control-regex
  if (typeof id !== 'string' || id === '' || /[\r\n\0]/.test(id)) {
    throw new TypeError(`${JSON.stringify(id)} is not a valid id: expected text without CR, LF and NUL`);
  }
  return { ...message, [idKey]: id };
}

/** The id that `tracked` gave a message; undefined for none. */
export function trackedId(message: object): string | undefined {
  return (message as { [idKey]?: string })[idKey];
}
