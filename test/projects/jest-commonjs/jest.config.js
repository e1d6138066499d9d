// Jest has a module system of its own, in which `require` takes CommonJS alone: ES modules are translated.
module.exports = {
  transform: {
    '\\.js$': ['babel-jest', { presets: [['@babel/preset-env', { targets: { node: 'current' } }]] }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@pipit/)'],
};
