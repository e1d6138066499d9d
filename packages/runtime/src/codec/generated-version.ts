/**
 * Code that protoc-gen-twirp-ts made for runtime 0.1 exports this type again. A runtime that no longer runs such
 * code has no such type, and compiling the code fails with this name: it says what to do.
 */
export type $needs_pipit_runtime_0_1__npm_install_pipit_runtime_0_1__or_generate_again = never;
