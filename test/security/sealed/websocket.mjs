// The client's side of RFC 6455, as little of it as text messages need: Node 20 has none.
import { randomBytes } from "node:crypto";
import { request } from "node:http";

export class WebSocket {
  static open(url, take) {
    const u = new URL(url);
    return new Promise((done, failed) => {
      const r = request({
        host: u.hostname, port: u.port, path: u.pathname,
        headers: {
          Connection: "Upgrade", Upgrade: "websocket",
          "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
        },
      });
      r.on("error", failed);
      r.on("upgrade", (_, socket, head) => done(new WebSocket(socket, head, take)));
      r.end();
    });
  }
  constructor(socket, head, take) {
    this.socket = socket;
    this.rest = head;
    this.take = take;
    socket.on("data", (b) => this.read(b));
    this.read(Buffer.alloc(0));
  }
  send(text) {
    const payload = Buffer.from(text), mask = randomBytes(4), n = payload.length;
    const head = n < 126 ? Buffer.from([0x81, 0x80 | n])
      : n < 65536 ? Buffer.from([0x81, 0x80 | 126, n >> 8, n & 255])
      : Buffer.concat([Buffer.from([0x81, 0x80 | 127, 0, 0, 0, 0]), Buffer.from([n >>> 24, n >> 16 & 255, n >> 8 & 255, n & 255])]);
    for (let i = 0; i < n; i++) payload[i] ^= mask[i % 4];
    this.socket.write(Buffer.concat([head, mask, payload]));
  }
  read(more) {
    this.rest = Buffer.concat([this.rest, more]);
    for (;;) {
      const b = this.rest;
      if (b.length < 2) return;
      let n = b[1] & 127, at = 2;
      if (n === 126) {
        if (b.length < 4) return;
        n = b.readUInt16BE(2);
        at = 4;
      } else if (n === 127) {
        if (b.length < 10) return;
        n = Number(b.readBigUInt64BE(2));
        at = 10;
      }
      if (b.length < at + n) return;
      if ((b[0] & 15) === 1) this.take(b.subarray(at, at + n).toString());
      this.rest = b.subarray(at + n);
    }
  }
  close() {
    this.socket.destroy();
  }
}
