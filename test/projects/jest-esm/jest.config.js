// Nothing to translate.
export default { transform: {} };
