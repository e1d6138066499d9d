/**
 * The five schemas: `proto/<name>.proto`, the message in it that is measured, and its data.
 * Data is ProtoJSON with proto names; it is the same on every run.
 */
import { random } from '../lib/random.js';

const words =
  'amber harbor signal copper meadow ledger violet orchard canvas granite ember lantern willow cobalt summit'.split(
    ' ',
  );

/** `count` words as a sentence. */
function sentence(next, count) {
  return Array.from({ length: count }, () => words[Math.floor(next() * words.length)]).join(' ');
}

/** An integer in [low, high). */
function int(next, low, high) {
  return low + Math.floor(next() * (high - low));
}

/** A float32 of few digits: otherwise the printing of 17 digits is all that JSON would measure. */
function float(next, scale) {
  return Math.round(next() * scale * 64) / 64;
}

function times(count, make) {
  return Array.from({ length: count }, (_, index) => make(index));
}

function small() {
  return {
    query: 'wireless headphones',
    locale: 'en-GB',
    page: 2,
    category_ids: [7, 130, 4021, 88213],
    in_stock: true,
  };
}

function address(name) {
  return { name, street: '221B Baker Street', city: 'Zürich', postal_code: 'NW1 6XE', country: 'CH' };
}

function mid() {
  const next = random(2);
  return {
    id: 'ord_01HZX3V7Q9K2M4N6P8R0S2T4',
    customer_id: '902381773351',
    currency: 'CHF',
    status: 'ORDER_STATUS_PAID',
    paid: true,
    line_count: 5,
    total: 1289.45,
    tax_rate: 0.078125,
    flags: 4099,
    version: '18',
    points_delta: -120,
    ledger_delta: '-9876543210',
    // Below 2^31: protobuf-ts 2.11.1 refuses larger ones in the JSON it wrote itself.
    checksum: 1234567890,
    trace: '1152921504606846977',
    signature: Buffer.from(times(48, (index) => (index * 37 + 11) & 255)).toString('base64'),
    coupon: 'SPRING25',
    priority: 0,
    gift: false,
    voucher: { code: 'GIFT-7731', value: 50.5 },
    tags: ['priority', 'export', 'fragile', 'b2b'],
    warehouse_ids: [3, 17, 290],
    related_orders: ['902381773352', '902381773353', '88'],
    labels: { source: 'web', campaign: 'spring-2026', device: 'mobile', agent: 'firefox' },
    stock: { 'SKU-1001': 12, 'SKU-1002': 840, 'SKU-1003': 3 },
    remarks: { 1: 'leave at the door', 7: 'call first' },
    created_at: '2026-03-14T09:26:53.589Z',
    updated_at: '2026-03-15T18:02:11Z',
    processing_time: '93.250s',
    shipping: address('Ada Lovelace'),
    billing: address('Zoë Müller'),
    lines: times(5, (index) => ({
      product_id: String(70000000000 + int(next, 0, 9999999)),
      title: sentence(next, 4),
      quantity: index + 1,
      unit_price: int(next, 100, 99999) / 100,
      backordered: index % 3 === 1,
    })),
    history: ['ORDER_STATUS_PLACED', 'ORDER_STATUS_PAID'],
    note: '',
  };
}

function list() {
  const next = random(3);
  const availability = ['AVAILABILITY_IN_STOCK', 'AVAILABILITY_ON_ORDER', 'AVAILABILITY_UNSPECIFIED'];
  return {
    products: times(1000, (index) => ({
      id: String(5000000000 + int(next, 0, 2 ** 31)),
      sku: `SKU-${100000 + index}`,
      title: index % 20 === 0 ? `Crème ${sentence(next, 2)}` : sentence(next, 3),
      description: sentence(next, int(next, 6, 14)),
      price: int(next, 99, 250000) / 100,
      quantity: int(next, 0, 400),
      featured: index % 4 === 0,
      availability: availability[index % availability.length],
      tags: times(int(next, 0, 4), () => words[int(next, 0, words.length)]),
      size: { width: float(next, 200), height: float(next, 200), depth: float(next, 50) },
      updated_ms: String(1773480000000 + int(next, 0, 10 ** 9)),
    })),
    next_page_token: 'eyJvZmZzZXQiOjEwMDB9',
    total_size: 48211,
  };
}

function numeric() {
  const next = random(4);
  return {
    sensor_id: 90210,
    serial: '72057594037927937',
    mean: 0.4987123,
    deviation: 12.25,
    values: times(256, (index) => (index % 4 === 0 ? int(next, -5000, 5000) : int(next, -1e7, 1e7) / 1000)),
    weights: times(256, () => float(next, 16)),
    counts: times(256, (index) =>
      index % 8 === 0 ? -int(next, 1, 1000) : int(next, 0, 2 ** (1 + (index % 30))),
    ),
    deltas: times(128, (index) => String(index % 4 === 0 ? -int(next, 0, 2 ** 45) : int(next, -500, 500))),
    buckets: times(128, () => int(next, 0, 20000)),
    // Below 2^31, as `checksum` in mid.
    hashes: times(128, () => int(next, 0, 2 ** 31)),
    ticks: times(64, (index) => String(1773480000000000 + index * 1000003)),
    valid: times(128, (index) => index % 9 !== 0),
    samples: times(64, (index) => ({
      x: int(next, -1e6, 1e6) / 1000,
      y: int(next, -1e6, 1e6) / 1000,
      weight: float(next, 4),
      offset: int(next, -300, 300),
      time_us: String(1773480000000000 + index * 20000),
    })),
  };
}

function strings() {
  const next = random(5);
  const chinese = '协议缓冲区是一种与语言无关、与平台无关的可扩展机制，用于序列化结构化数据。';
  const mixed = 'Überraschung am Fluß: „naïve“ façade, déjà vu 🎉 ';
  return {
    slug: 'on-the-cost-of-messages',
    title: 'On the cost of messages',
    title_translated: '论消息的代价',
    abstract: sentence(next, 60),
    body: times(8, () => `${sentence(next, 50)}.`).join('\n\n'),
    body_translated: chinese.repeat(12),
    authors: ['Ada Lovelace', 'Zoë Müller', '王小明', 'Łukasz Żak'],
    keywords: times(32, () => sentence(next, 2)),
    metadata: Object.fromEntries(times(12, (index) => [`meta-${index}`, sentence(next, 3)])),
    comments: times(16, (index) => ({
      author: sentence(next, 2),
      text: index % 4 === 0 ? mixed + sentence(next, 10) : sentence(next, 18),
    })),
  };
}

/** In the order of the tables. */
export const schemas = {
  small: { message: 'SearchRequest', data: small },
  mid: { message: 'Order', data: mid },
  list: { message: 'ListProductsResponse', data: list },
  numeric: { message: 'Measurements', data: numeric },
  strings: { message: 'Article', data: strings },
};
