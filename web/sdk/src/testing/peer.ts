import { ClientError } from '../errors.ts';
import type { ClientFrame, ServerFrame } from '../frames.ts';
import { Msgid } from '../frames.ts';
import type { Connector, Transport } from '../transport.ts';

/** A frame of a client, as a test looks at it. */
export type Sent = ClientFrame & { msgid: number; rid?: number | string } & Record<string, unknown>;

/** The server's end of one connection in memory. */
export class Peer {
  /** Gets each frame of the client; without it they wait for `next`. */
  onframe: ((f: Sent) => void) | undefined;
  /** Is called when the client has closed the connection. */
  onclose: () => void = () => undefined;
  /** Whether either side has ended the connection. */
  closed = false;
  /** @internal The client's end. */
  readonly transport: Transport;
  private readonly frames: Sent[] = [];
  private readonly asking: { resolve: (f: Sent) => void; reject: (err: Error) => void }[] = [];

  constructor() {
    this.transport = {
      confidential: true,
      onframe: () => undefined,
      onclose: () => undefined,
      send: (text) => queueMicrotask(() => this.take(JSON.parse(text) as Sent)),
      close: () => this.end(),
    };
  }

  private take(f: Sent): void {
    if (this.closed) return;
    const asking = this.asking.shift();
    if (asking) asking.resolve(f);
    else if (this.onframe) this.onframe(f);
    else this.frames.push(f);
  }

  private end(): void {
    if (this.closed) return;
    this.closed = true;
    for (const a of this.asking.splice(0)) a.reject(new Error('the client has closed the connection'));
    this.onclose();
  }

  /** Returns the client's next frame. It rejects when the client closes the connection. */
  next(): Promise<Sent> {
    const f = this.frames.shift();
    if (f) return Promise.resolve(f);
    if (this.closed) return Promise.reject(new Error('the client has closed the connection'));
    return new Promise((resolve, reject) => this.asking.push({ resolve, reject }));
  }

  /** Returns the client's next frame, which must have this msgid. Heartbeats are answered, and received cursors (13) passed over, unless they are asked for. */
  async expect(msgid: number): Promise<Sent> {
    for (;;) {
      const f = await this.next();
      if (f.msgid === msgid) return f;
      if (f.msgid === Msgid.Heartbeat) this.send({ msgid: Msgid.HeartbeatAnswer, time: '', ...(f.rid !== undefined && { rid: f.rid }) });
      else if (f.msgid !== Msgid.Received) throw new Error(`the client sent frame ${JSON.stringify(f)} instead of ${msgid}`);
    }
  }

  /** Returns what the client has sent and nobody has asked for. */
  waiting(): Sent[] {
    return this.frames.splice(0);
  }

  /** Sends frames to the client. */
  send(...frames: (ServerFrame | Record<string, unknown>)[]): void {
    for (const f of frames) this.sendText(JSON.stringify(f));
  }

  /** Sends a text to the client, whatever it is. */
  sendText(text: string): void {
    queueMicrotask(() => {
      if (!this.closed) this.transport.onframe(text);
    });
  }

  /** Ends the connection, as a network does. What was sent before arrives. */
  cut(): void {
    queueMicrotask(() => {
      if (this.closed) return;
      this.closed = true;
      this.transport.onclose(new ClientError('connection', 'the connection was cut'));
    });
  }
}

/** A server in memory that a test plays frame by frame. */
export class ScriptedServer {
  /** Refuses connections. */
  down = false;
  /** How often clients have tried to connect. */
  dials = 0;
  private readonly peers: Peer[] = [];
  private readonly asking: ((p: Peer) => void)[] = [];

  /** For Options.connect. */
  readonly connect: Connector = async () => {
    this.dials++;
    if (this.down) throw new ClientError('connection', 'connection refused');
    const p = new Peer();
    const asking = this.asking.shift();
    if (asking) asking(p);
    else this.peers.push(p);
    return p.transport;
  };

  /** Returns the next connection of a client. */
  accept(): Promise<Peer> {
    let p = this.peers.shift();
    while (p?.closed) p = this.peers.shift(); // the client has given it up
    return p ? Promise.resolve(p) : new Promise((resolve) => this.asking.push(resolve));
  }
}
