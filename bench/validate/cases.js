const order = { name: 'hat', email: 'ann@example.com', count: 2, size: 1, tags: ['new', 'blue'] };

/** A message type and a value of it, by name; `goal` is how many times faster than protovalidate-es it is to be. */
export const cases = {
  five: { title: 'five rules', type: 'Order', value: order, goal: 8 },
  broken: {
    title: 'five rules, four of them broken',
    type: 'Order',
    value: { ...order, name: '', email: 'ann', count: 0, size: 7 },
    goal: 8,
  },
  cart: {
    title: 'ten messages in a list, a map, unique items',
    type: 'Cart',
    value: {
      id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      first: order,
      orders: Array.from({ length: 10 }, () => order),
      stock: { hat: 3, scarf: 12, glove: 0 },
      codes: ['abc123', 'abc124', 'abc125'],
    },
    goal: 8,
  },
  texts: {
    title: 'hostname, URI, address, one of a list',
    type: 'Texts',
    value: {
      host: 'shop.example.com',
      uri: 'https://shop.example.com/hats?size=1#top',
      ip: '2001:db8::1',
      kind: 'scarf',
    },
    goal: 8,
  },
  pattern: {
    title: 'a pattern, in time that grows with the text alone',
    type: 'Slug',
    value: { slug: 'a-hat-for-ann' },
    goal: 8,
  },
  cel: {
    title: 'two CEL expressions',
    type: 'Expressions',
    value: { low: 1, high: 2, name: 'ann' },
    goal: 1,
  },
};
