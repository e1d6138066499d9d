const service = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;
const method = /^\w+$/;

/** True for a text that can be the full proto name of a service, such as `post.PostService`. */
export function isServiceName(text: string): boolean {
  return service.test(text);
}

/** True for a text that can be the name of a method in a path. */
export function isMethodName(text: string): boolean {
  return method.test(text);
}
