/** An error in the keys, with its place: `keys[2].register[0] is not a pattern of names: …`. Never holds a secret. */
export class KeysError extends Error {
  override readonly name: string = 'KeysError';
  /** The place in the data, for who knows the lines of the file. */
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], text: string) {
    const where = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
    super(`${where.replace(/^\./, '') || 'the file'} ${text}`);
    this.path = path;
  }
}
