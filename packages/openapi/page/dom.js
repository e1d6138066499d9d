/**
 * An element with its children. Texts become text, whatever they hold: comments of a proto are never markup.
 * @param {string} tag with a class after a dot: `p.text`
 * @param {Record<string, unknown>} properties of the element; `on…` are listeners
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function element(tag, properties = {}, ...children) {
  const [name = 'div', className] = tag.split('.');
  const made = document.createElement(name);
  if (className !== undefined) made.className = className;
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (key.includes('-')) made.setAttribute(key, String(value));
    else /** @type {any} */ (made)[key] = value;
  }
  made.append(...children);
  return made;
}

/**
 * A comment: lines that only its writer's margin broke are joined, lists are not; `code` is between backticks.
 * @param {string | undefined} text
 * @returns {Node[]} none for no text
 */
export function comment(text) {
  if (!text) return [];
  const joined = text.replaceAll(/(?<!\n)\n(?![\n\s*-]|\d+\.)/g, ' ');
  const parts = joined.split(/`([^`\n]+)`/);
  return [element('p.text', {}, ...parts.map((part, i) => (i % 2 === 1 ? element('code', {}, part) : part)))];
}

/**
 * A button that copies what `text` returns.
 * @param {string} label
 * @param {() => string} text
 */
export function copyButton(label, text) {
  const button = element('button', { type: 'button' }, label);
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = label), 1200);
  });
  return button;
}
