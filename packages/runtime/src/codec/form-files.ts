/** A file of a form, as it came. */
export interface FormFile {
  /** Empty where the part had none. */
  readonly contentType: string;
  readonly data: Uint8Array;
  /** As the caller named it: it may hold slashes, or be two dots. */
  readonly filename: string;
}

/** A file under its key; `index` orders those of a list (`files[0]`), infinite where none was sent. */
interface FileElement {
  readonly index: number;
  readonly file: FormFile;
}

/** The files of a multipart form, by key. */
export class FormFiles {
  readonly #files: Map<string, FileElement[]> = new Map();

  /** @param key a field's name, without the brackets of a list */
  add(key: string, file: FormFile, index: number = Infinity): void {
    const list = this.#files.get(key);
    if (list === undefined) this.#files.set(key, [{ index, file }]);
    else list.push({ index, file });
  }

  has(name: string, jsonName: string | undefined): boolean {
    return this.#files.has(name) || (jsonName !== undefined && this.#files.has(jsonName));
  }

  /** In the order of their digits, else as they came; undefined for none. */
  of(name: string, jsonName: string | undefined): FormFile[] | undefined {
    const others = jsonName === undefined ? undefined : this.#files.get(jsonName);
    const found = [...(this.#files.get(name) ?? []), ...(others ?? [])];
    if (found.length === 0) return undefined;
    return found.sort((a, b) => (a.index === b.index ? 0 : a.index - b.index)).map(({ file }) => file);
  }
}
