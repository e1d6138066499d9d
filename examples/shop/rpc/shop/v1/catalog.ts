import { BusinessError, invalidArgument, notFound, permissionDenied, type Context } from '@pipit/runtime';
import type { Store } from '../../../server/database.ts';
import { callerOf } from '../../../server/sessions.ts';
import type {
  AddRequest,
  BuyRequest,
  BuyResponseInit,
  Catalog,
  ListRequest,
  ListResponseInit,
  PictureRequest,
  ProductInit,
  SetPictureRequest,
  SetPictureResponseInit,
} from './catalog.twirp.ts';
import type { FileInit } from './file.pb.ts';

const columns = 'id, name, price_cents, stock, added_at, picture IS NOT NULL AS has_picture';

interface ProductRow {
  readonly id: bigint;
  readonly name: string;
  readonly price_cents: bigint;
  readonly stock: bigint;
  readonly added_at: bigint;
  readonly has_picture: bigint;
}

/** What there is to buy. The rules of requests are in catalog.proto: what breaks them does not get here. */
export class CatalogServer implements Catalog {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A page of the products, in the order in which they were added. */
  list({ pageSize, pageToken }: ListRequest): ListResponseInit {
    const size = pageSize || 20;
    // One more than asked for tells whether there is a next page.
    const rows = this.#store.all<ProductRow>(
      `SELECT ${columns} FROM products WHERE id > ? ORDER BY id LIMIT ?`,
      idOf(pageToken),
      size + 1,
    );
    const page = rows.slice(0, size);
    const last = page.at(-1);
    return {
      products: page.map(productOf),
      nextPageToken: rows.length > size && last !== undefined ? tokenOf(last.id) : '',
    };
  }

  /** Adds a product, which then belongs to the caller. */
  add({ name, priceCents, stock }: AddRequest, context: Context): ProductInit {
    const [row] = this.#store.all<ProductRow>(
      `INSERT INTO products (owner_id, name, price_cents, stock, added_at) VALUES (?, ?, ?, ?, ?) RETURNING ${columns}`,
      callerOf(context).id,
      name,
      priceCents,
      stock,
      Date.now(),
    );
    return productOf(row!);
  }

  /** Gives a product of the caller's its picture. */
  setPicture({ productId, picture }: SetPictureRequest, context: Context): SetPictureResponseInit {
    const [row] = this.#store.all<{ owner_id: bigint }>(
      'SELECT owner_id FROM products WHERE id = ?',
      productId,
    );
    if (row === undefined) throw noProduct(productId);
    if (row.owner_id !== callerOf(context).id) throw permissionDenied('this product is not yours');
    const { contentType, data } = picture!; // `required` in the proto
    this.#store.all(
      'UPDATE products SET picture_type = ?, picture = ? WHERE id = ?',
      contentType,
      data,
      productId,
    );
    return {};
  }

  /** The picture of a product. */
  picture({ productId }: PictureRequest, context: Context): FileInit {
    const [row] = this.#store.all<{ picture_type: string | null; picture: ArrayBuffer | null }>(
      'SELECT picture_type, picture FROM products WHERE id = ?',
      productId,
    );
    if (row?.picture == null) throw notFound(`product ${productId} has no picture`);
    // Shown and not saved. The answer has an ETag: who has the picture already gets a 304.
    context.responseHeaders.set('Content-Disposition', 'inline');
    context.responseHeaders.set('Cache-Control', 'no-cache');
    return {
      contentType: row.picture_type,
      data: new Uint8Array(row.picture),
      filename: `product-${productId}`,
    };
  }

  /** Buys one. Business error 200: sold out. */
  buy({ productId }: BuyRequest): BuyResponseInit {
    const [row] = this.#store.all<ProductRow>(
      `UPDATE products SET stock = stock - 1 WHERE id = ? AND stock > 0 RETURNING ${columns}`,
      productId,
    );
    if (row !== undefined) return { data: productOf(row) };
    const [known] = this.#store.all('SELECT 1 FROM products WHERE id = ?', productId);
    if (known === undefined) throw noProduct(productId);
    throw new BusinessError(200, 'Sold out');
  }
}

function productOf(row: ProductRow): ProductInit {
  return {
    id: row.id,
    name: row.name,
    priceCents: Number(row.price_cents),
    stock: Number(row.stock),
    addedAt: new Date(Number(row.added_at)),
    hasPicture: row.has_picture === 1n,
  };
}

function noProduct(id: bigint): Error {
  return notFound(`there is no product ${id}`);
}

/** Callers take it as it is: what is in it may change. */
function tokenOf(id: bigint): string {
  return Buffer.from(String(id)).toString('base64url');
}

function idOf(token: string): bigint {
  const text = Buffer.from(token, 'base64url').toString();
  if (!/^\d{0,18}$/.test(text)) throw invalidArgument('page_token', 'is not one of ours');
  return BigInt(text);
}
