/** The least a proxying Worker can do: the same request to another origin. */
interface Bindings {
  readonly ORIGIN_URL: string;
}

const proxy = {
  fetch(request: Request, { ORIGIN_URL }: Bindings): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(ORIGIN_URL + pathname + search, request));
  },
};

// biome-ignore lint/style/noDefaultExport: workerd starts what a Worker exports this way
export default proxy;
