import { comment, element } from './dom.js';
import { CallHeaders } from './headers.js';
import { methodPage } from './method.js';
import { Schemas } from './schema.js';

const nav = /** @type {HTMLElement} */ (document.querySelector('nav'));
const main = /** @type {HTMLElement} */ (document.querySelector('main'));
// Beside this script, wherever the page is.
const at = new URL('openapi.json', import.meta.url);

try {
  const response = await fetch(at);
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  show(await response.json());
} catch (error) {
  main.replaceChildren(element('h1', {}, 'The document cannot be shown'), element('pre', {}, String(error)));
}

/** @param {any} api an OpenAPI document */
function show(api) {
  const schemas = new Schemas(api);
  const server = new URL(api.servers[0].url, at).href.replace(/\/$/, '');
  const headers = new CallHeaders(api, /** @type {Element} */ (nav.querySelector('.headers')));
  /** @type {Map<string, [path: string, item: any]>} */
  const pages = new Map(
    Object.entries(api.paths).map(([path, item]) => [item.post.operationId, [path, item]]),
  );
  const links = listMethods(api);
  const title = /** @type {HTMLElement} */ (nav.querySelector('.title'));
  title.textContent = document.title = api.info.title;

  const navigate = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const found = pages.get(id);
    main.replaceChildren(
      ...(found === undefined ? overview(api) : methodPage(schemas, ...found, server, headers)),
    );
    for (const link of links) {
      if (link.hash.slice(1) === location.hash.slice(1)) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    scrollTo(0, 0);
  };
  addEventListener('hashchange', navigate);
  navigate();
}

/** The methods by service, with a box to find them. @param {any} api @returns {HTMLAnchorElement[]} */
function listMethods(api) {
  /** @type {HTMLAnchorElement[]} */
  const links = [];
  const groups = api.tags.map((/** @type {any} */ { name }) => {
    const group = element('section', {}, element('h2', {}, name));
    for (const { post } of operationsOf(api, name)) {
      const link = element(
        post.deprecated ? 'a.deprecated' : 'a',
        { href: `#${post.operationId}` },
        post.summary,
      );
      links.push(link);
      group.append(link);
    }
    return group;
  });
  nav.querySelector('.methods')?.replaceChildren(...groups);
  const search = /** @type {HTMLInputElement} */ (nav.querySelector('[type=search]'));
  search.addEventListener('input', () => {
    const wanted = search.value.toLowerCase();
    for (const link of links) link.hidden = !link.hash.toLowerCase().includes(wanted);
    for (const group of groups) group.hidden = [...group.querySelectorAll('a')].every(({ hidden }) => hidden);
  });
  return links;
}

/** Every service with what its methods are for. @param {any} api @returns {Node[]} */
function overview(api) {
  const services = api.tags.map((/** @type {any} */ { name, description }) => {
    const rows = operationsOf(api, name).map(({ post }) =>
      element(
        'tr',
        {},
        element(
          'th',
          {},
          element(post.deprecated ? 'a.deprecated' : 'a', { href: `#${post.operationId}` }, post.summary),
        ),
        element('td', {}, ...comment(post.description)),
      ),
    );
    return element(
      'section',
      {},
      element('h3', {}, name),
      ...comment(description),
      element('table', {}, ...rows),
    );
  });
  const { title, version, description } = api.info;
  return [
    element('h1', {}, title, ' ', element('small', {}, version === '0.0.0' ? '' : version)),
    ...comment(description),
    element(
      'p',
      {},
      element('a', { href: at.href }, 'openapi.json'),
      ' for generators of clients and for tools',
    ),
    ...(services.length === 0 ? [element('p.text', {}, 'No service is here yet.')] : services),
  ];
}

/** @param {any} api @param {string} service @returns {any[]} */
function operationsOf(api, service) {
  return Object.values(api.paths).filter(({ post }) => post.tags[0] === service);
}
