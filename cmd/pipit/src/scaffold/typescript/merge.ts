import type { ServiceModel } from 'protoc-gen-twirp-ts';
import type { ts } from 'ts-morph';
import type { Finding } from './finding.ts';
import type { Edit } from '../../files/text.ts';
import type { Implementer } from './implementers.ts';
import { Imports, type Source } from './imports.ts';
import { membersOf } from './members.ts';
import { type Messages, type MessageType, type Signature, signatureOf } from './messages.ts';
import type { Modules } from './modules.ts';
import { placeStubs } from './place-stubs.ts';
import { looksLikeMethod, type TypeChange, typeChanges } from './signature.ts';
import type { Stub } from './stub.ts';
import { type Style, styleOf } from './style.ts';

/** The facts of a service that a merge needs. */
export interface MergeInput {
  readonly modules: Modules;
  readonly messages: Messages;
  readonly service: ServiceModel;
  /** Signatures of the code that was generated last, by method. */
  readonly before: ReadonlyMap<string, Signature>;
  /** Classes whose members count too: those that extend the implementer. */
  readonly heirs: readonly ts.ClassLikeDeclaration[];
  /** The modules that a message is imported from. */
  readonly sourceOf: (stem: string) => Source;
  readonly runtime: Source;
  /** The ending of relative imports where a file has none. */
  readonly extension: string;
  /** True if a file is the user's, and may be edited. */
  readonly isOwn: (path: string) => boolean;
}

/** Edits of one file, and what they do, for people. */
export interface FileEdits {
  readonly path: string;
  readonly edits: Edit[];
  readonly done: string[];
}

/** Brings an implementer up to date with its service. */
export function mergeService(
  input: MergeInput,
  { node }: Implementer,
): { files: FileEdits[]; findings: Finding[] } {
  const { modules, messages, service, before } = input;
  const { byName, opaque } = membersOf(modules, node);
  const inherited = new Set(input.heirs.flatMap((heir) => [...membersOf(modules, heir).byName.keys()]));
  const findings: Finding[] = [];
  const editors = new Editors(input);
  const path = node.getSourceFile().fileName;

  const missing = service.methods.filter(({ name }) => !byName.has(name) && !inherited.has(name));
  if (opaque !== undefined) {
    // What it had when the code was generated last, it has from there.
    const added = missing.filter(({ name }) => !before.has(name));
    const names = added.map(({ name }) => name).join(', ');
    const message = `${names}: not added, since ${opaque} may have it, which pipit cannot look into. Add it here or there`;
    if (added.length > 0) findings.push({ path, at: node.getStart(), message, failed: true });
  } else if (missing.length > 0) {
    editors.of(node.getSourceFile()).addStubs(node, missing, service);
  }

  for (const method of service.methods) {
    const now = signatureOf(method);
    for (const member of byName.get(method.name) ?? []) {
      const file = member.getSourceFile();
      if (!input.isOwn(file.fileName)) continue;
      const changes = typeChanges(modules, messages, member, now, before.get(method.name));
      if (changes.length > 0) editors.of(file).changeTypes(method.name, changes);
    }
  }

  const methods = new Set(service.methods.map(({ name }) => name));
  for (const [name, nodes] of byName) {
    const [member] = nodes;
    const file = member!.getSourceFile();
    if (methods.has(name) || !input.isOwn(file.fileName)) continue;
    if (!before.has(name) && !looksLikeMethod(modules, messages, member!)) continue;
    const message = `${name} is not a method of ${service.typeName}${before.has(name) ? ' any more' : ''}: left as it is. Remove it when you are done with it`;
    findings.push({ path: file.fileName, at: member!.getStart(), message, failed: false });
  }
  return { files: editors.files(), findings };
}

/** One editor for each file that is touched. */
class Editors {
  readonly #input: MergeInput;
  readonly #byPath = new Map<string, Editor>();

  constructor(input: MergeInput) {
    this.#input = input;
  }

  of(file: ts.SourceFile): Editor {
    let editor = this.#byPath.get(file.fileName);
    if (editor === undefined) this.#byPath.set(file.fileName, (editor = new Editor(this.#input, file)));
    return editor;
  }

  files(): FileEdits[] {
    return [...this.#byPath.values()].map((editor) => editor.finish());
  }
}

class Editor {
  readonly #input: MergeInput;
  readonly #file: ts.SourceFile;
  readonly #style: Style;
  readonly #imports: Imports;
  readonly #edits: Edit[] = [];
  readonly #done: string[] = [];
  readonly #changes: TypeChange[] = [];

  constructor(input: MergeInput, file: ts.SourceFile) {
    this.#input = input;
    this.#file = file;
    this.#style = styleOf(file);
    this.#imports = new Imports(input.modules, file, this.#style, input.extension);
  }

  addStubs(node: Implementer['node'], methods: ServiceModel['methods'], service: ServiceModel): void {
    const stubs = methods.map((method): Stub => {
      const { input, output } = signatureOf(method);
      return {
        name: method.name,
        stream: method.stream,
        request: this.#type(input),
        response: this.#type(this.#input.messages.initOf(output)),
        unimplemented: this.#imports.value('unimplemented', this.#input.runtime),
        route: `${service.typeName}/${method.protoName}`,
      };
    });
    const names = new Set(service.methods.map(({ name }) => name));
    this.#edits.push(...placeStubs(node, stubs, this.#style, names));
    this.#done.push(`added ${methods.map(({ name }) => name).join(', ')}`);
  }

  changeTypes(method: string, changes: readonly TypeChange[]): void {
    this.#changes.push(...changes);
    this.#done.push(`changed the types of ${method}`);
  }

  finish(): FileEdits {
    // All uses of an old type together: its import goes with the last of them.
    const uses = this.#changes.map(({ node }) => nameOf(node));
    for (const { node, to } of this.#changes) {
      const name = nameOf(node);
      const local = isQualified(node)
        ? this.#type(to)
        : this.#imports.replaceType(name, uses, to.name, this.#input.sourceOf(to.stem));
      this.#edits.push({ from: node.typeName.getStart(), to: node.typeName.end, text: local });
    }
    this.#edits.push(...this.#imports.changes());
    return { path: this.#file.fileName, edits: this.#edits, done: this.#done };
  }

  #type({ stem, name }: MessageType): string {
    return this.#imports.type(name, this.#input.sourceOf(stem));
  }
}

function nameOf({ typeName }: ts.TypeReferenceNode): ts.Identifier {
  return 'right' in typeName ? typeName.right : typeName;
}

function isQualified({ typeName }: ts.TypeReferenceNode): boolean {
  return 'right' in typeName;
}
