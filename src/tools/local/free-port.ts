import { createServer } from "node:net";

/** A port on the loopback interface that nothing listens on at this moment. */
export const freePort = (): Promise<number> => bind(0);

/** Whether `port` could be listened on at this moment. */
export const isPortFree = (port: number): Promise<boolean> =>
  bind(port).then(
    () => true,
    () => false,
  );

function bind(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
