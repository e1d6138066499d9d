// The whole page: the small client of @pipit/runtime/json-client, and the browser's own forms.
import { BusinessError, createJsonClient, TwirpError, unwrap } from '@pipit/runtime/json-client';
import { logIn, logOut, me, signUp, type AccountJson } from '../rpc/shop/v1/accounts.json.ts';
import { add, buy, list, type ProductJson } from '../rpc/shop/v1/catalog.json.ts';

const call = createJsonClient({ baseUrl: '' }); // this page's own origin; the session is a cookie

const element = (id: string): HTMLElement => document.querySelector<HTMLElement>(`#${id}`)!;
const form = (id: string): HTMLFormElement => document.querySelector<HTMLFormElement>(`form#${id}`)!;

let nextPage = '';

/** Runs one of the page's actions, and says what went wrong. */
async function attempt(action: () => Promise<void>): Promise<void> {
  element('message').textContent = '';
  try {
    await action();
  } catch (error) {
    // An error for people, one of the proto's rules or of the server, or one of this page.
    if (error instanceof BusinessError || error instanceof TwirpError)
      element('message').textContent = error.msg;
    else throw error;
  }
}

function on(id: string, action: (data: FormData) => Promise<void>): void {
  form(id).addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(() => action(new FormData(form(id), event.submitter)));
  });
}

function showAccount(account: AccountJson | undefined): void {
  form('login').hidden = account !== undefined;
  form('logout').hidden = account === undefined;
  form('add').hidden = account === undefined;
  form('logout').querySelector('span')!.textContent = account?.name ?? '';
}

async function showProducts(token = ''): Promise<void> {
  const { products, next_page_token } = await call(list, { page_token: token });
  if (token === '') element('products').replaceChildren();
  element('products').append(...products.map(card));
  nextPage = next_page_token;
  element('more').hidden = nextPage === '';
}

function card(product: ProductJson): HTMLElement {
  const item = document.createElement('li');
  if (product.has_picture) {
    const image = document.createElement('img');
    // A download by GET is a picture's address.
    image.src = `/api/shop.v1.Catalog/Picture?product_id=${product.id}`;
    image.alt = product.name;
    item.append(image);
  }
  const text = document.createElement('p');
  text.textContent = `${product.name}: ${(product.price_cents / 100).toFixed(2)}, ${product.stock} left`;
  const button = document.createElement('button');
  button.textContent = 'Buy';
  button.addEventListener('click', () => {
    void attempt(async () => {
      item.replaceWith(card(unwrap(await call(buy, { product_id: product.id }))));
    });
  });
  item.append(text, button);
  return item;
}

on('login', async (data) => {
  const method = data.get('how') === 'signUp' ? signUp : logIn;
  const { account } = unwrap(
    await call(method, { name: text(data, 'name'), password: text(data, 'password') }),
  );
  form('login').reset();
  showAccount(account ?? undefined);
});

on('logout', async () => {
  await call(logOut, {});
  showAccount(undefined);
});

on('add', async (data) => {
  const { id } = await call(add, {
    name: text(data, 'name'),
    price_cents: Number(data.get('price_cents')),
    stock: Number(data.get('stock')),
  });
  const picture = data.get('picture');
  // Files go as the form that browsers send.
  if (picture instanceof File && picture.size > 0) await upload(id, picture);
  form('add').reset();
  await showProducts();
});

async function upload(productId: string, picture: File): Promise<void> {
  const body = new FormData();
  body.set('product_id', productId);
  body.set('picture', picture);
  const response = await fetch('/api/shop.v1.Catalog/SetPicture', { method: 'POST', body });
  if (!response.ok) throw new TwirpError('unknown', ((await response.json()) as { msg: string }).msg);
}

function text(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === 'string' ? value : '';
}

element('more').addEventListener('click', () => void attempt(() => showProducts(nextPage)));
void attempt(() => showProducts());
void call(me, {}).then(showAccount, () => showAccount(undefined));
