const presets = [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'];

// Jest has a module system of its own, in which `require` takes CommonJS alone: ES modules are translated.
module.exports = {
  transform: { '\\.[jt]s$': ['babel-jest', { presets }] },
  transformIgnorePatterns: ['/node_modules/(?!@pipit/)'],
  // For a busy machine.
  testTimeout: 120_000,
};
