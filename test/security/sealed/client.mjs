// A client of its own for sealed connections, written from docs/protocol.md with nothing
// but what Node has: no code is shared with the server. TestSealedByAnotherProgram runs it.
//
//   node client.mjs vectors FILE              checks itself against the vectors
//   node client.mjs tcp HOST PORT NAME PASSWORD TO TEXT    registers, logs in, sends
//   node client.mjs ws URL NAME PASSWORD TO TEXT           the same over a WebSocket
import { createCipheriv, createDecipheriv, createHash, createPublicKey, constants, hkdfSync, privateDecrypt, publicEncrypt, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import assert from "node:assert/strict";

const CLIENT = 1, SERVER = 2;
const LARGEST = 16384;
const INFO = { [CLIENT]: "parley sealed 1 client to server", [SERVER]: "parley sealed 1 server to client" };

function fingerprint(der) {
  return "SHA256:" + createHash("sha256").update(der).digest("base64").replace(/=+$/, "");
}

function transcript(frames) {
  const h = createHash("sha256");
  for (const f of frames) {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(f.length);
    h.update(size).update(f);
  }
  return h.digest();
}

function directionKey(secret, nonce, hash, side) {
  return Buffer.from(hkdfSync("sha256", secret, nonce, Buffer.concat([Buffer.from(INFO[side]), hash]), 32));
}

class Direction {
  constructor(key, side) {
    this.key = key;
    this.side = side;
    this.count = 0n;
  }
  next() {
    const nonce = Buffer.alloc(12), about = Buffer.alloc(9);
    nonce.writeBigUInt64BE(this.count, 4);
    about[0] = this.side;
    about.writeBigUInt64BE(this.count, 1);
    this.count++;
    return { nonce, about };
  }
  seal(piece) {
    const { nonce, about } = this.next();
    const c = createCipheriv("aes-256-gcm", this.key, nonce);
    c.setAAD(about);
    const data = Buffer.concat([c.update(piece), c.final(), c.getAuthTag()]);
    return JSON.stringify({ msgid: 25, data: data.toString("base64") });
  }
  open(frame) {
    const { msgid, data } = JSON.parse(frame);
    assert.equal(msgid, 25);
    const sealed = Buffer.from(data, "base64");
    const { nonce, about } = this.next();
    const c = createDecipheriv("aes-256-gcm", this.key, nonce);
    c.setAAD(about);
    c.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([c.update(sealed.subarray(0, -16)), c.final()]);
  }
}

function checkVectors(file) {
  const v = JSON.parse(readFileSync(file, "utf8"));
  const der = Buffer.from(JSON.parse(v.f22).key, "base64");
  assert.equal(fingerprint(der), v.fingerprint);
  const secret = privateDecrypt(
    { key: v.private_key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
    Buffer.from(JSON.parse(v.f23).key, "base64"));
  assert.equal(secret.toString("hex"), v.secret);
  const nonce = Buffer.from(JSON.parse(v.f22).nonce, "base64");
  assert.equal(nonce.toString("hex"), v.nonce);
  const hash = transcript([v.f21, v.f22, v.f23].map((f) => Buffer.from(f)));
  assert.equal(hash.toString("hex"), v.hash);
  for (const [side, key, pieces] of [[CLIENT, v.key_client, v.from_client], [SERVER, v.key_server, v.from_server]]) {
    const k = directionKey(secret, nonce, hash, side);
    assert.equal(k.toString("hex"), key);
    const sealer = new Direction(k, side), opener = new Direction(k, side);
    for (const p of pieces) {
      assert.equal(sealer.seal(Buffer.from(p.piece)), p.frame);
      assert.equal(opener.open(p.frame).toString(), p.piece);
    }
  }
}

// lines hands out what arrives, one line at a time.
class Lines {
  constructor() {
    this.rest = "";
    this.ready = [];
    this.waiting = [];
  }
  push(text) {
    this.rest += text;
    for (let i; (i = this.rest.indexOf("\n")) >= 0; this.rest = this.rest.slice(i + 1)) this.give(this.rest.slice(0, i));
  }
  give(line) {
    const w = this.waiting.shift();
    if (w) w(line);
    else this.ready.push(line);
  }
  next() {
    if (this.ready.length) return Promise.resolve(this.ready.shift());
    return new Promise((done) => this.waiting.push(done));
  }
}

function overTCP(host, port) {
  const socket = connect(Number(port), host);
  const lines = new Lines();
  socket.setEncoding("utf8");
  socket.on("data", (text) => lines.push(text));
  return { write: (o) => socket.write(o + "\n"), next: () => lines.next(), close: () => socket.destroy() };
}

async function overWebSocket(url) {
  const { WebSocket } = await import("./websocket.mjs");
  const lines = new Lines();
  const socket = await WebSocket.open(url, (text) => lines.give(text));
  return { write: (o) => socket.send(o), next: () => lines.next(), close: () => socket.close() };
}

async function seal(way) {
  const f21 = '{"msgid":21}';
  way.write(f21);
  const f22 = await way.next();
  const { key, nonce } = JSON.parse(f22);
  const der = Buffer.from(key, "base64");
  const secret = randomBytes(32);
  const sealed = publicEncrypt(
    { key: createPublicKey({ key: der, format: "der", type: "spki" }), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, secret);
  // Written with spaces, as other languages do: it is the bytes that count.
  const f23 = `{"msgid": 23, "key": "${sealed.toString("base64")}"}`;
  way.write(f23);
  const n = Buffer.from(nonce, "base64");
  const hash = transcript([f21, f22, f23].map((f) => Buffer.from(f)));
  const out = new Direction(directionKey(secret, n, hash, CLIENT), CLIENT);
  const opener = new Direction(directionKey(secret, n, hash, SERVER), SERVER);
  const frames = new Lines();
  const pump = (async () => {
    for (;;) frames.push(opener.open(await way.next()).toString());
  })();
  pump.catch((e) => { console.error(e); process.exit(1); });
  assert.equal(JSON.parse(await frames.next()).msgid, 24);
  return {
    fingerprint: fingerprint(der),
    send(frame) {
      const bytes = Buffer.from(JSON.stringify(frame) + "\n");
      for (let at = 0; at < bytes.length; at += LARGEST) way.write(out.seal(bytes.subarray(at, at + LARGEST)));
    },
    async next(msgid) {
      for (;;) {
        const f = JSON.parse(await frames.next());
        if (f.msgid === msgid) return f;
      }
    },
  };
}

async function chat(way, [name, pwd, to, text]) {
  const c = await seal(way);
  c.send({ msgid: 0, name, pwd });
  assert.equal((await c.next(1)).erron, 0);
  c.send({ msgid: 2, name, pwd });
  assert.equal((await c.next(3)).erron, 0);
  // 60 KB of white space make a frame of several pieces.
  c.send({ msgid: 4, to: Number(to), msg: text, ignored: " ".repeat(60000) });
  const ack = await c.next(10);
  assert.equal(ack.erron, 0);
  console.log(JSON.stringify({ fingerprint: c.fingerprint, seq: ack.seq }));
  way.close();
}

const [how, ...args] = process.argv.slice(2);
if (how === "vectors") checkVectors(args[0]);
else if (how === "tcp") await chat(overTCP(args[0], args[1]), args.slice(2));
else if (how === "ws") await chat(await overWebSocket(args[0]), args.slice(1));
else throw new Error("vectors, tcp or ws?");
