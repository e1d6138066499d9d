import { readFileSync } from 'node:fs';

/** One edit of `base.proto`: what stands there, what takes its place, and every finding it must make. */
export interface Edit {
  readonly name: string;
  readonly replace: readonly (readonly [string | RegExp, string])[];
  /** `change subject | who breaks`; none where nobody breaks. */
  readonly findings: readonly string[];
}

/** What each of the two versions says, for an edit whose finding real code is to confirm. */
export interface Probe {
  readonly message: string;
  readonly to: 'server' | 'client';
  /** The keys in JSON that matter, of the older version and of the newer. */
  readonly keys: readonly (readonly [string, string])[];
  /** A value of the older version's, and one of the newer's. */
  readonly old: object;
  readonly now: object;
  /** Texts of the newer version that mean others of the older. */
  readonly same?: Readonly<Record<string, string>>;
}

/** What callers of each of the two versions say, for an edit whose finding real servers and clients are to confirm. */
export interface Calls {
  /** Methods that are called something else now. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** By the name of a request's message its fields, in JSON, that a caller of either version sends to others of it. */
  readonly old?: Requests | undefined;
  readonly now?: Requests | undefined;
  /** The fields that callers of the edited version always send; otherwise newer callers keep to what older servers take. */
  readonly needed?: Requests;
}

type Requests = Readonly<Record<string, object>>;

/** What is edited. */
export const base = readFileSync(new URL('base.proto', import.meta.url), 'utf8');

/** The proto after an edit. */
export function edited({ name, replace }: Edit): string {
  const text = replace.reduce((before, [from, to]) => before.replace(from, to), base);
  if (text === base) throw new Error(`${name}: nothing was replaced`);
  return text;
}

const edit = (name: string, from: string | RegExp, to: string, ...findings: string[]): Edit => ({
  name,
  replace: [[from, to]],
  findings,
});

const find = 'shop.v1.FindRequest';
const allOf = 'JSON, protobuf, forms';
const open = `${allOf}, links in pages`;

export const edits: readonly Edit[] = [
  // URLs
  edit(
    'a method is renamed',
    'rpc Buy(',
    'rpc Order(',
    `method_gone shop.v1.Shop.Buy | older clients: ${allOf}; older servers: ${allOf}`,
  ),
  edit(
    'a method is gone',
    /\n {2}rpc Count.*/,
    '',
    `method_gone shop.v1.Shop.Count | older clients: ${allOf}`,
  ),
  edit(
    'a method that is open to GET is gone',
    /\n {2}rpc Find\([^}]*}/,
    '',
    `method_gone shop.v1.Shop.Find | older clients: ${open}`,
  ),
  edit(
    'a service is renamed',
    'service Shop',
    'service Store',
    `service_gone shop.v1.Shop | older clients: ${open}; older servers: ${open}`,
  ),
  edit(
    'a package is renamed',
    'package shop.v1',
    'package shop.v2',
    `service_gone shop.v1.Shop | older clients: ${open}; older servers: ${open}`,
  ),
  edit(
    'a service is gone',
    /\/\/ Sells hats.\nservice[\s\S]*?\n}/,
    '',
    `service_gone shop.v1.Shop | older clients: ${open}`,
  ),
  edit('a method is new', 'rpc Buy(', 'rpc Sell(BuyRequest) returns (Hat);\n  rpc Buy('),
  // GET
  edit(
    'GET is closed',
    'option idempotency_level = NO_SIDE_EFFECTS;',
    '',
    'get_closed shop.v1.Shop.Find | older clients: links in pages',
  ),
  edit(
    'GET is opened',
    'returns (Total);',
    'returns (Total) { option idempotency_level = NO_SIDE_EFFECTS; }',
    'get_opened shop.v1.Shop.Count | older servers: links in pages',
  ),
  edit(
    'a method is idempotent',
    'returns (Total);',
    'returns (Total) { option idempotency_level = IDEMPOTENT; }',
  ),
  // Kinds
  edit(
    'a download gets a field more',
    'bytes data = 2;',
    'bytes data = 2;\n  int32 pages = 3;',
    `method_kind shop.v1.Shop.Export | older clients: ${allOf}; older servers: JSON, forms`,
  ),
  edit('a download gets its file name', 'bytes data = 2;', 'bytes data = 2;\n  string filename = 3;'),
  edit(
    'the code of an envelope changes its type',
    'int32 code = 1;',
    'int64 code = 1;',
    `method_kind shop.v1.Shop.Buy | older clients: ${allOf}; older servers: ${allOf}`,
    'field_type shop.v1.BuyResponse.code | older clients: JSON, protobuf; older servers: JSON',
  ),
  edit(
    'an envelope gets a field more',
    'Receipt data = 3;',
    'Receipt data = 3;\n  string hint = 4;',
    `method_kind shop.v1.Shop.Buy | older clients: ${allOf}; older servers: ${allOf}`,
  ),
  edit(
    'a plain answer becomes an envelope',
    'returns (Total);',
    'returns (BuyResponse);',
    `method_kind shop.v1.Shop.Count | older clients: ${allOf}; older servers: ${allOf}`,
  ),
  edit(
    'a plain answer becomes a download',
    'returns (Total);',
    'returns (File);',
    `method_kind shop.v1.Shop.Count | older clients: ${allOf}; older servers: ${allOf}`,
  ),
  edit(
    'an answer becomes a stream',
    'returns (Total);',
    'returns (stream Total);',
    `method_stream shop.v1.Shop.Count | older clients: ${allOf}; older servers: ${allOf}`,
  ),
  edit(
    'a method answers another message',
    'returns (Total);',
    'returns (Label);',
    'method_type shop.v1.Shop.Count | older clients: JSON, protobuf; older servers: protobuf',
  ),
  edit('a message is called something else', /\bLabel\b/g, 'Badge'),
  // Names and numbers
  edit(
    'a field of a request is renamed',
    'string hat_name = 1',
    'string hat = 1',
    'field_name shop.v1.BuyRequest.hat_name | older clients: JSON, forms; older servers: JSON, forms',
  ),
  edit(
    'a field of an answer is renamed',
    'int32 items = 2',
    'int32 pieces = 2',
    'field_name shop.v1.Receipt.items | older clients: JSON; older servers: JSON',
  ),
  edit(
    'a field is called something else in JSON',
    'string hat_name = 1',
    'string hat_name = 1 [json_name = "hat"]',
    'field_name shop.v1.BuyRequest.hat_name | older clients: JSON, forms; older servers: JSON, forms',
  ),
  edit(
    'a field has another number',
    'string hat_name = 1',
    'string hat_name = 9',
    'field_number shop.v1.BuyRequest.hat_name | older clients: protobuf; older servers: protobuf',
  ),
  {
    name: 'two fields change their numbers',
    replace: [
      ['string first = 4', 'string first = 5'],
      ['string last = 5', 'string last = 4'],
    ],
    findings: [
      'field_number shop.v1.BuyRequest.first | older clients: protobuf; older servers: protobuf',
      'field_number shop.v1.BuyRequest.last | older clients: protobuf; older servers: protobuf',
    ],
  },
  edit(
    'a field is gone',
    '\n  string last = 5;',
    '',
    `field_gone shop.v1.BuyRequest.last | older clients: ${allOf}`,
  ),
  edit(
    'a field of an answer is gone',
    '\n  bool sold = 3;',
    '',
    'field_gone shop.v1.Hat.sold | older clients: JSON, protobuf',
  ),
  edit(
    'a number is used again',
    'string last = 5',
    'int32 age = 5',
    `field_gone shop.v1.BuyRequest.last | older clients: ${allOf}; older servers: protobuf`,
  ),
  edit('a field is new', 'string last = 5;', 'string last = 5;\n  string street = 6;'),
  // Types
  edit(
    'a number of a request is wider',
    'int32 size = 2;\n  repeated',
    'int64 size = 2;\n  repeated',
    `field_type ${find}.size | older servers: ${open}`,
  ),
  edit(
    'a number of an answer is wider',
    'int32 items = 2',
    'int64 items = 2',
    'field_type shop.v1.Receipt.items | older clients: JSON, protobuf; older servers: JSON',
  ),
  edit(
    'a number is narrower',
    'int64 price = 2',
    'int32 price = 2',
    `field_type shop.v1.BuyRequest.price | older clients: ${allOf}`,
  ),
  edit(
    'a number is encoded in another way',
    'int32 items = 2',
    'sint32 items = 2',
    'field_type shop.v1.Receipt.items | older clients: protobuf; older servers: protobuf',
  ),
  edit(
    'a text becomes bytes',
    'string last = 5',
    'bytes last = 5',
    `field_type shop.v1.BuyRequest.last | older clients: JSON, forms; older servers: ${allOf}`,
  ),
  edit(
    'a text becomes a number',
    'string first = 4',
    'int32 first = 4',
    `field_type shop.v1.BuyRequest.first | older clients: ${allOf}; older servers: JSON, protobuf`,
  ),
  edit(
    'a field holds another message',
    'Label label = 7',
    'Total label = 7',
    'field_type shop.v1.Hat.label | older clients: JSON, protobuf; older servers: protobuf',
  ),
  // Cardinality and presence
  edit(
    'a number becomes a list',
    'int32 size = 2;\n  repeated',
    'repeated int32 size = 2;\n  repeated',
    `field_type ${find}.size | older clients: JSON; older servers: ${open}`,
  ),
  edit(
    'a text becomes a list',
    'string last = 5',
    'repeated string last = 5',
    'field_type shop.v1.BuyRequest.last | older clients: JSON, forms; older servers: JSON, protobuf, forms',
  ),
  edit(
    'a list becomes one',
    'repeated string tags = 5',
    'string tags = 5',
    'field_type shop.v1.Hat.tags | older clients: JSON; older servers: JSON, protobuf',
  ),
  edit(
    'a list of numbers is not packed',
    'repeated int32 ids = 3',
    'repeated int32 ids = 3 [packed = false]',
  ),
  edit(
    'the values of a map are of another type',
    'map<string, int32>',
    'map<string, string>',
    'field_type shop.v1.Hat.stock | older clients: JSON, protobuf; older servers: JSON, protobuf',
  ),
  edit('a field of a request is optional', 'string first = 4', 'optional string first = 4'),
  edit(
    'a field of an answer is optional',
    'bool sold = 3',
    'optional bool sold = 3',
    'field_type shop.v1.Hat.sold | older clients: JSON',
  ),
  edit(
    'a field is no longer optional',
    'optional int32 weight',
    'int32 weight',
    'field_type shop.v1.Hat.weight | older clients: JSON, protobuf; older servers: JSON, protobuf',
  ),
  // Oneofs
  {
    name: 'a field moves into a oneof',
    replace: [
      ['  int32 size = 2;\n  repeated', '  repeated'],
      ['oneof by {', 'oneof by {\n    int32 size = 2;'],
    ],
    findings: [`field_type ${find}.size | older clients: ${open}`],
  },
  edit(
    'a member leaves its oneof',
    /( {4}uint32 year = 7;\n {2}\})/,
    '  }\n  optional uint32 year = 7;',
    `field_type ${find}.year | older servers: ${open}`,
  ),
  edit('a oneof gets a member', 'uint32 year = 7;', 'uint32 year = 7;\n    string maker = 11;'),
  edit('a oneof is renamed', 'oneof by', 'oneof filter'),
  // Enums
  edit(
    'a value is renamed',
    'COLOR_RED = 1',
    'COLOR_CRIMSON = 1',
    'enum_value_name shop.v1.Color.COLOR_RED | older clients: JSON; older servers: JSON',
  ),
  edit(
    'a value has another number',
    'COLOR_BLUE = 2',
    'COLOR_BLUE = 3',
    'enum_value_number shop.v1.Color.COLOR_BLUE | older clients: protobuf; older servers: protobuf',
  ),
  edit(
    'a value is gone',
    '\n  COLOR_BLUE = 2;',
    '',
    'enum_value_gone shop.v1.Color.COLOR_BLUE | older clients: JSON, protobuf',
  ),
  edit('a value is new', 'COLOR_BLUE = 2;', 'COLOR_BLUE = 2;\n  COLOR_GREEN = 3;'),
  // Rules
  edit(
    'a rule is tighter',
    'max_len = 20',
    'max_len = 10',
    `rules_tightened ${find}.code | older clients: ${open}`,
  ),
  edit('a rule is wider', 'max_len = 20', 'max_len = 30'),
  edit(
    'a field gets a rule',
    'string first = 4',
    'string first = 4 [(buf.validate.field).required = true]',
    `rules_tightened shop.v1.BuyRequest.first | older clients: ${allOf}`,
  ),
  edit(
    'a new field is required',
    'string last = 5;',
    'string last = 5;\n  string street = 6 [(buf.validate.field).string.min_len = 1];',
    `rules_tightened shop.v1.BuyRequest.street | older clients: ${allOf}`,
  ),
  edit(
    'a new field has a rule that its absence passes',
    'string last = 5;',
    'string last = 5;\n  string street = 6 [(buf.validate.field).string.max_len = 9];',
  ),
  edit(
    'an answer gets a rule',
    'string number = 1',
    'string number = 1 [(buf.validate.field).string.min_len = 1]',
  ),
  // What nobody sees
  edit('a comment', '// Sells hats.', '// Sells hats, and shoes.'),
  edit('a field is deprecated', 'string first = 4', 'string first = 4 [deprecated = true]'),
  edit('a message that nothing leads to is gone', /\/\/ Nothing leads here.[\s\S]*$/, ''),
];

type Keys = string | readonly (string | readonly [string, string])[];
const probe =
  (to: Probe['to']) =>
  (message: string, keys: Keys, old: object, now: object = old, same: Probe['same'] = {}): Probe => ({
    message,
    to,
    keys: pairsOf(keys),
    old,
    now,
    same,
  });
const request = probe('server');
const answer = probe('client');
const big = 2n ** 40n;

function pairsOf(keys: Keys): [string, string][] {
  const all = typeof keys === 'string' ? [keys] : keys;
  return all.map((key) => (typeof key === 'string' ? [key, key] : [key[0], key[1]]));
}

/** By the name of an edit. Where one version can say what the other cannot, its value is such a one. */
export const probes: Readonly<Record<string, readonly Probe[]>> = {
  'a field of a request is renamed': [
    request('BuyRequest', [['hat_name', 'hat']], { hatName: 'top' }, { hat: 'top' }),
  ],
  'a field of an answer is renamed': [answer('Receipt', [['items', 'pieces']], { items: 3 }, { pieces: 3 })],
  'a field has another number': [request('BuyRequest', 'hat_name', { hatName: 'top' })],
  'two fields change their numbers': [request('BuyRequest', ['first', 'last'], { first: 'a', last: 'b' })],
  'a field is new': [request('BuyRequest', 'last', { last: 'b' })],
  'a number of a request is wider': [request('FindRequest', 'size', { size: 7 }, { size: big })],
  'a number of an answer is wider': [answer('Receipt', 'items', { items: 7 }, { items: big })],
  'a number is narrower': [request('BuyRequest', 'price', { price: big }, { price: 7 })],
  'a number is encoded in another way': [answer('Receipt', 'items', { items: 7 })],
  'a text becomes a number': [request('BuyRequest', 'first', { first: 'a' }, { first: 7 })],
  'a number becomes a list': [request('FindRequest', 'size', { size: 7 }, { size: [7, 8] })],
  'a text becomes a list': [request('BuyRequest', 'last', { last: 'a,b' }, { last: ['a', 'b'] })],
  'a list becomes one': [answer('Hat', 'tags', { tags: ['a', 'b'] }, { tags: 'a' })],
  'a list of numbers is not packed': [
    request('FindRequest', 'ids', { ids: [1, 2] }),
    answer('FindRequest', 'ids', { ids: [1] }),
  ],
  'the values of a map are of another type': [
    answer('Hat', 'stock', { stock: { a: 7 } }, { stock: { a: 'seven' } }),
  ],
  'a field of a request is optional': [request('BuyRequest', 'first', { first: 'a' })],
  'a field moves into a oneof': [
    request(
      'FindRequest',
      ['size', 'brand'],
      { size: 7, by: { case: 'brand', value: 'x' } },
      { by: { case: 'brand', value: 'x' } },
      // Left out, for the version to which it is zero.
      { undefined: '0' },
    ),
  ],
  'a member leaves its oneof': [
    request(
      'FindRequest',
      ['year', 'brand'],
      { by: { case: 'year', value: 9 } },
      { year: 9, by: { case: 'brand', value: 'x' } },
    ),
  ],
  'a oneof is renamed': [
    request(
      'FindRequest',
      'year',
      { by: { case: 'year', value: 9 } },
      { filter: { case: 'year', value: 9 } },
    ),
  ],
  'a value is renamed': [
    request('BuyRequest', 'color', { color: 1 }, { color: 1 }, { COLOR_CRIMSON: 'COLOR_RED' }),
  ],
  'a value has another number': [request('BuyRequest', 'color', { color: 2 }, { color: 3 })],
  'a value is new': [
    request('BuyRequest', 'color', { color: 2 }),
    answer('BuyRequest', 'color', { color: 2 }),
  ],
};

const long = { FindRequest: { code: 'not so short' } };
const longer = { FindRequest: { code: 'nearly thirty characters' } };
const nameless = { BuyRequest: { first: '' } };
const street = { BuyRequest: { street: 'Main' } };

/** By the name of an edit. */
export const calls: Readonly<Record<string, Calls>> = {
  'a method is renamed': { renamed: { Buy: 'Order' } },
  'a method is gone': {},
  'a method that is open to GET is gone': {},
  'a service is renamed': {},
  'a package is renamed': {},
  'a service is gone': {},
  'a method is new': {},
  'GET is closed': {},
  'GET is opened': {},
  'a method is idempotent': {},
  'a download gets a field more': {},
  'a download gets its file name': {},
  'the code of an envelope changes its type': {},
  'an envelope gets a field more': {},
  'a plain answer becomes an envelope': {},
  'a plain answer becomes a download': {},
  'an answer becomes a stream': {},
  'a message is called something else': {},
  'a rule is tighter': { old: long },
  'a rule is wider': { old: long, now: longer },
  'a field gets a rule': { old: nameless },
  'a new field is required': { needed: street },
  'a new field has a rule that its absence passes': { needed: street },
  'an answer gets a rule': {},
  'a comment': {},
};
