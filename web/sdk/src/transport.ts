import { ClientError } from './errors.ts';

/** A connection that carries frames (JSON objects). */
export interface Transport {
  /** Sends one frame. It never blocks and does not throw: a connection that is gone tells by onclose. */
  send(frame: string): void;
  /** Ends the connection at once. onclose is not called after it. */
  close(): void;
  /** Gets each frame of the server, in order. */
  onframe: (frame: string) => void;
  /** Is called once when the connection has ended. */
  onclose: (why: Error) => void;
  /** Whether nobody on the way can read what is sent: TLS, sealed, or the connection does not leave this machine. */
  readonly confidential: boolean;
}

/** Makes a connection to a server. It rejects when the signal is aborted. */
export type Connector = (server: string, signal: AbortSignal) => Promise<Transport>;

/** Reports whether a host name means this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || /^127(\.\d+){3}$/.test(host) || host === '[::1]' || host === '::1';

/**
 * Returns the URL of a server for WebSocket. It takes ws:, wss:, http: and https:; without a path it is /ws.
 */
export function webSocketURL(server: string): URL {
  let url: URL;
  try {
    url = new URL(server);
  } catch {
    throw new ClientError('argument', `the server "${server}" is no address; write wss://host/ws or ws://localhost:8080/ws`);
  }
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw new ClientError('argument', `the server "${server}": ${url.protocol}// is not supported here; write wss://host/ws (TCP is for Node: @parley/sdk/node)`);
  }
  if (url.pathname === '/' || url.pathname === '') url.pathname = '/ws';
  url.hash = '';
  return url;
}

/** Connects by the WebSocket of the browser (or of another runtime that has one). */
export const webSocket: Connector = (server, signal) =>
  new Promise((resolve, reject) => {
    const url = webSocketURL(server);
    const socket = new WebSocket(url);
    let opened = false;
    const stop = (): void => {
      socket.close();
      fail(signal.reason);
    };
    const fail = (why: unknown): void => {
      signal.removeEventListener('abort', stop);
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      if (!opened) reject(why);
      else t.onclose(why as Error);
    };
    const t: Transport = {
      confidential: url.protocol === 'wss:' || isLoopback(url.hostname),
      onframe: () => undefined,
      onclose: () => undefined,
      send: (frame) => socket.send(frame),
      close: () => {
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close();
      },
    };
    socket.onopen = () => {
      opened = true;
      signal.removeEventListener('abort', stop);
      resolve(t);
    };
    socket.onmessage = (e) => {
      if (typeof e.data === 'string') t.onframe(e.data);
      else {
        t.close();
        t.onclose(new ClientError('protocol', 'the server sent a binary message, which Parley does not know'));
      }
    };
    // Browsers do not tell why a connection failed.
    socket.onclose = () => fail(new ClientError('connection', opened ? `the connection to ${url.host} has ended` : `cannot connect to ${url.host}`));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
