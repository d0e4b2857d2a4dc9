/** What a ray looks like; anything else is not shown to anyone. */
const RAY = /^[\w-]{8,64}$/;

/** By what a refused visitor and the log name the same request: the platform's ray where there is one. */
export function referenceOf(request: Request, newId: () => string): string {
  const ray = request.headers.get("cf-ray");
  return ray !== null && RAY.test(ray) ? ray : newId();
}
