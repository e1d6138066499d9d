// The handling a handler writes by hand for `small`: no ranges, no errors, one spelling per key.
function numbers(value) {
  return (Array.isArray(value) ? value : [value]).flatMap((part) => part.split(',')).map(Number);
}

/** `small` from an urlencoded body, by the platform's parser. */
export const urlSearchParams = {
  id: 'urlsearchparams',
  title: 'URLSearchParams, by hand',
  packages: [],

  generate() {},

  load(_out, schema) {
    if (schema !== 'small') return {};
    return {
      plain: true,
      fromForm: (bytes) => {
        const form = new URLSearchParams(bytes.toString());
        return {
          query: form.get('query') ?? '',
          locale: form.get('locale') ?? '',
          page: Number(form.get('page') ?? 0),
          category_ids: numbers(form.getAll('category_ids')),
          in_stock: form.get('in_stock') === 'true',
        };
      },
    };
  },
};

/** The same by qs, which our own form reader also starts from. */
export const qsByHand = {
  id: 'qs',
  title: 'qs, by hand',
  packages: ['qs'],

  generate() {},

  async load(_out, schema) {
    if (schema !== 'small') return {};
    const { default: qs } = await import('qs');
    return {
      plain: true,
      fromForm: (bytes) => {
        const form = qs.parse(bytes.toString());
        return {
          query: form.query ?? '',
          locale: form.locale ?? '',
          page: Number(form.page ?? 0),
          category_ids: numbers(form.category_ids ?? []),
          in_stock: form.in_stock === 'true',
        };
      },
    };
  },
};
