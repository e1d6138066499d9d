import { Random } from './random.ts';

/** Names that meet in TypeScript, that our own code uses, or that the language gives a meaning. */
const names = (
  'a A b B a_b aB A_b A_B AB Ab a__b a_B _ __ _1 __1 a1 a_1 A_ a_ _a AInit A_Init AInit_ Init A_B_Init AClient Client Json AJson ' +
  'AJsonInit JsonInit aJson get Get Get_ get_get A_get getUser GetUser get_user M m r w end group tag valid init given form ' +
  'message key value case item entry at map list mark start stop from type path load self Unknown UseInstead Context CallOptions ' +
  'ServiceType serviceType MessageType messageType EnumType enumType jsonKey JsonFields jsonFields extendableJsonFields Extension ' +
  'extension BinaryReader BinaryWriter JsonReader JsonWriter FormReader JsonMethod JsonDownload JsonValue JsonAny JsonFloat ' +
  'readDownload descriptor FileSource emptyMap setEntry Readonly Record Date Promise Partial Array Object String Number Symbol ' +
  'Uint8Array BigInt Error Map Set constructor Constructor toString to_string then Then __proto__ hasOwnProperty has_own_property ' +
  'valueOf prototype name length class default extends await async yield let static interface enum function var const new this ' +
  'null true undefined NaN globalThis eval arguments import export infer unique never any unknown readonly as satisfies ' +
  'Timestamp TimestampInit Empty Any Value'
).split(' ');

/** Words that begin a statement where a name would stand. */
const scalars = 'double float int32 int64 uint32 bool string bytes'.split(' ');

/**
 * A schema in two files of two packages, whose declarations have any two names in any two roles, but only such as protoc
 * takes: `names<i>/a.proto`, and `names<i>/b.proto`, which imports it.
 */
export function randomNames(seed: number, index: number): Record<string, string> {
  const random = new Random(seed * 1_000_003 + index);
  const first = new NastyFile(random, `n${index}.a`, []);
  const second = new NastyFile(random, `n${index}.b`, first.types);
  return {
    [`names${index}/a.proto`]: first.text(''),
    [`names${index}/b.proto`]: second.text(
      `import ${random.pick(['', 'public '])}"names${index}/a.proto";\n`,
    ),
  };
}

/** A type that fields can have, by its full name. */
interface NastyType {
  readonly fullName: string;
  readonly kind: 'message' | 'enum' | 'extendable';
}

class NastyFile {
  readonly types: NastyType[] = [];
  readonly #random: Random;
  readonly #package: string;
  readonly #isProto3: boolean;
  readonly #declarations: string[] = [];
  /** The types that fields of this file can have. */
  readonly #known: NastyType[];
  #values = 0;

  constructor(random: Random, packageName: string, imported: readonly NastyType[]) {
    this.#random = random;
    this.#package = packageName;
    this.#isProto3 = random.chance(0.5);
    this.#known = [...imported, { fullName: '.google.protobuf.Timestamp', kind: 'message' }];
    const scope = new Set<string>();
    const plans = Array.from({ length: 2 + random.below(5) }, () => this.#plan(`.${packageName}`, scope, 0));
    this.#declarations.push(...plans.map((print) => print()));
    for (let i = random.below(3); i > 0; i--) this.#declarations.push(this.#service(scope));
    if (!this.#isProto3) this.#declarations.push(this.#extensions(scope));
  }

  text(imports: string): string {
    const all = `import "google/protobuf/timestamp.proto";\n${imports}`;
    return `syntax = "${this.#isProto3 ? 'proto3' : 'proto2'}";\npackage ${this.#package};\n${all}${this.#declarations.join('\n')}\n`;
  }

  /** A name that nothing in the scope has yet. */
  #name(scope: Set<string>): string {
    let name = this.#random.pick(names);
    while (scope.has(name)) name += this.#random.pick(['_', 'A', '1', 'Init']);
    scope.add(name);
    return name;
  }

  /** Names a message or enum; its text is made once all names are known. */
  #plan(outer: string, scope: Set<string>, depth: number): () => string {
    const name = this.#name(scope);
    const fullName = `${outer}.${name}`;
    if (this.#random.chance(0.2)) {
      this.#declare({ fullName, kind: 'enum' });
      return () => `enum ${name} { V${this.#package.replaceAll('.', '_')}_${this.#values++} = 0; }`;
    }
    const isExtendable = !this.#isProto3 && this.#random.chance(0.3);
    this.#declare({ fullName, kind: isExtendable ? 'extendable' : 'message' });
    const own = new Set<string>();
    const count = depth > 1 ? 0 : this.#random.below(4);
    const nested = Array.from({ length: count }, () => this.#plan(fullName, own, depth + 1));
    return () => {
      const parts = nested.map((print) => print());
      const fields = this.#fields(own);
      const extensions = isExtendable ? 'extensions 1000 to 1999;' : '';
      return `message ${name} { option deprecated_legacy_json_field_conflicts = true; ${[...parts, ...fields].join(' ')} ${extensions} }`;
    };
  }

  #declare(type: NastyType): void {
    this.types.push(type);
    this.#known.push(type);
  }

  #fields(scope: Set<string>): string[] {
    let number = 1;
    const label = this.#isProto3 ? '' : 'optional ';
    const field = (prefix: string): string => `${prefix}${this.#type()} ${this.#name(scope)} = ${number++};`;
    const fields = Array.from({ length: this.#random.below(6) }, () =>
      field(this.#random.pick([label, 'repeated ', label])),
    );
    for (let i = this.#random.below(3); i > 0; i--) {
      const oneof = this.#name(scope);
      const members = Array.from({ length: 1 + this.#random.below(3) }, () => field(''));
      fields.push(`oneof ${oneof} { ${members.join(' ')} }`);
    }
    // One, because the entries of two may have one name.
    const map = this.#name(scope);
    const entry = `${map}Entry`.toLowerCase().replaceAll('_', '');
    if ([...scope].some((name) => name.toLowerCase().replaceAll('_', '') === entry)) return fields;
    fields.push(
      `map<${this.#random.pick(['string', 'int32', 'bool'])}, ${this.#type()}> ${map} = ${number++};`,
    );
    return fields;
  }

  #type(): string {
    const isAllowed = ({ kind, fullName }: NastyType): boolean =>
      // A proto3 message holds no enum of proto2.
      kind !== 'enum' || fullName.startsWith(`.${this.#package}.`);
    const types = this.#known.filter(isAllowed);
    return this.#random.chance(0.6) ? this.#random.pick(types).fullName : this.#random.pick(scalars);
  }

  #message(): string {
    return this.#random.pick(this.#known.filter(({ kind }) => kind !== 'enum')).fullName;
  }

  #service(scope: Set<string>): string {
    const name = this.#name(scope);
    const own = new Set<string>();
    const methods = Array.from({ length: this.#random.below(5) }, () => {
      const stream = this.#random.chance(0.1) ? 'stream ' : '';
      return `rpc ${this.#name(own)}(${stream}${this.#message()}) returns (${this.#message()});`;
    });
    return `service ${name} { ${methods.join(' ')} }`;
  }

  #extensions(scope: Set<string>): string {
    const extendable = this.#known.filter(({ kind }) => kind === 'extendable');
    if (extendable.length === 0) return '';
    const { fullName } = this.#random.pick(extendable);
    // The packages of a schema share no number.
    const first = this.#package.endsWith('a') ? 1000 : 1500;
    const fields = Array.from(
      { length: 1 + this.#random.below(4) },
      (_, i) => `optional ${this.#random.pick(scalars)} ${this.#name(scope)} = ${first + i};`,
    );
    return `extend ${fullName} { ${fields.join(' ')} }`;
  }
}
