import { Code, GoodbyeCode, Msgid } from '../frames.ts';
import type { Connector } from '../transport.ts';
import { ClientError } from '../errors.ts';
import type { Done } from './changes.ts';
import { doChange, stateFields } from './changes.ts';
import { Peer } from './peer.ts';
import type { Sent } from './peer.ts';

/**
 * What becomes of a delivery. The first one of a session in each conversation is not lost or late: it says where the
 * conversation goes on, and the protocol promises it.
 */
export type Fate = 'pass' | 'lose' | 'double' | 'late' | 'cut';

/** What goes wrong. Every method is optional; without it nothing does. */
export interface Faults {
  /** Called for each chat frame and change of a client, before it is handled: a code refuses it, 'cut' ends the connection, 'cut after' ends it with the message stored and the ack lost. */
  chat?: (f: Sent) => number | 'pass' | 'cut' | 'cut after';
  /** Called for each message that is delivered. */
  delivery?: () => Fate;
  /** Called for each state of a message that is told (frame 40). Each of them may be lost or late. */
  changed?: () => Fate;
  /** Called for each other request. */
  request?: (f: Sent) => 'pass' | 'cut';
}

interface Device {
  name: string;
  id: number;
  lastSendSeq: number;
  token: string;
  session?: Session | undefined;
  /** Delivered cursors, by conversation. */
  cursors: Record<string, number>;
  /** The seqs of its messages, or revs of its changes, by send_seq. */
  sent: Record<number, { seq?: number; rev?: number; time: string }>;
}

interface Account {
  id: number;
  name: string;
  password: string;
  devices: Device[];
  friends: number[];
  read: Record<string, number>;
}

interface Stored {
  id: number;
  from: string;
  msg: string;
  seq: number;
  time: string;
  sendSeq?: number;
  device: string;
  done?: Done;
}

interface Talk {
  key: string;
  users?: [number, number];
  gid?: number;
  messages: Stored[];
  lastRev: number;
}

interface Group {
  gid: number;
  name: string;
  description: string;
  members: { id: number; after: number; until?: number }[];
}

interface Session {
  peer: Peer;
  account: Account;
  device: Device;
  late: Record<string, unknown>[];
  /** It wants to be told of changes. */
  changes: boolean;
  /** Conversations that it has had a delivery of. */
  begun: Set<string>;
}

/** Everything that the server has: what a backup holds. */
interface Data {
  accounts: Account[];
  talks: Talk[];
  groups: Group[];
  devices: number;
}

/**
 * A small chat server in memory, for tests of programs that use this SDK: it stores messages, keeps one order, knows repeats,
 * delivers what a device has not seen, and does wrong what `faults` asks for. It has no limits, no groups' rights and no blocks:
 * the real server is the measure for those.
 */
export class FakeServer {
  faults: Faults = {};
  /** Refuses connections. */
  down = false;
  private data: Data = { accounts: [], talks: [], groups: [], devices: 0 };
  private log = 'log 1';
  private logs = 1;
  private clock = Date.UTC(2026, 0, 2, 3, 4, 5);
  private readonly sessions = new Set<Session>();
  private readonly peers = new Set<Peer>();

  /** For Options.connect. */
  readonly connect: Connector = async () => {
    if (this.down) throw new ClientError('connection', 'connection refused');
    const peer = new Peer();
    let session: Session | undefined;
    this.peers.add(peer);
    peer.onclose = () => this.gone(peer, session);
    peer.onframe = (f) => {
      session = this.handle(peer, session, f);
    };
    return peer.transport;
  };

  /** Makes an account and returns its id. */
  account(name: string, password = 'password'): number {
    const id = this.data.accounts.length + 1;
    this.data.accounts.push({ id, name, password, devices: [], friends: [], read: {} });
    return id;
  }

  /** Makes a group of accounts and returns its gid. */
  group(name: string, ...members: number[]): number {
    const gid = this.data.groups.length + 1;
    this.data.groups.push({ gid, name, description: '', members: members.map((id) => ({ id, after: 0 })) });
    return gid;
  }

  /** Returns the texts of a direct conversation, in order. */
  direct(a: number, b: number): string[] {
    return this.talk(a, b).messages.map((m) => m.msg);
  }

  /** Returns what was done to the messages of a conversation, as an account sees it, by seq. */
  states(of: { with: number } | { gid: number }, user: number): Record<number, unknown> {
    const t = 'gid' in of ? this.groupTalk(of.gid) : this.talk(user, of.with);
    return Object.fromEntries(t.messages.filter((m) => m.done).map((m) => [m.seq, stateFields(m, user)]));
  }

  /** Has an account say something, as a client of its own would. */
  say(from: number, to: { with: number } | { gid: number }, msg: string): void {
    const account = this.data.accounts.find((a) => a.id === from) as Account;
    this.append(account, 'gid' in to ? this.groupTalk(to.gid) : this.talk(from, to.with), msg, '', undefined);
  }

  /** Ends all connections, as a network or a killed server does. */
  cut(): void {
    for (const peer of this.peers) this.end(peer);
  }

  /** Says goodbye to every session of an account. */
  goodbye(id: number, code: number, afterMs = 0): void {
    for (const s of this.sessions) if (s.account.id === id) this.bye(s.peer, code, afterMs);
  }

  /** Returns everything that the server has. */
  backup(): unknown {
    return structuredClone({ ...this.data, accounts: this.data.accounts.map((a) => ({ ...a, devices: a.devices.map((d) => ({ ...d, session: undefined })) })) });
  }

  /** Sets the server back to a backup, as an operator does: its log has another name then. */
  restore(backup: unknown): void {
    this.cut();
    this.sessions.clear();
    this.data = structuredClone(backup) as Data;
    this.log = `log ${++this.logs}`;
  }

  private end(peer: Peer): void {
    for (const s of this.sessions) if (s.peer === peer) this.gone(peer, s);
    this.peers.delete(peer);
    peer.cut();
  }

  private gone(peer: Peer, s: Session | undefined): void {
    this.peers.delete(peer);
    if (!s) return;
    this.sessions.delete(s);
    if (s.device.session === s) delete s.device.session;
  }

  private bye(peer: Peer, code: number, after_ms = 0): void {
    peer.send({ msgid: Msgid.Goodbye, code, reason: 'goodbye', reconnect: code < 2000, after_ms });
    this.end(peer);
  }

  private handle(peer: Peer, s: Session | undefined, f: Sent): Session | undefined {
    const ack = (fields: Record<string, unknown> = {}): void => peer.send({ msgid: Msgid.Ack, re: f.msgid, erron: 0, ...(f.rid !== undefined && { rid: f.rid }), ...fields });
    const refuse = (erron: number): void => ack({ erron, errinfo: 'refused', ...(f['send_seq'] !== undefined && { send_seq: f['send_seq'] }) });
    if (f.msgid === Msgid.Heartbeat) return peer.send({ msgid: Msgid.HeartbeatAnswer, time: this.now(), ...(f.rid !== undefined && { rid: f.rid }) }), s;
    if (f.msgid === Msgid.Register) return this.register(peer, f), s;
    if (f.msgid === Msgid.Login) return this.login(peer, f);
    if (!s) return refuse(Code.NotLoggedIn), s;
    if (s.device.session !== s) return refuse(Code.SessionEnded), s;
    const chat = f.msgid === Msgid.Chat || f.msgid === Msgid.GroupChat || f.msgid === Msgid.Change;
    const fate = chat ? (this.faults.chat?.(f) ?? 'pass') : (this.faults.request?.(f) ?? 'pass');
    if (fate === 'cut') return this.end(peer), undefined;
    if (typeof fate === 'number') return refuse(fate), s;
    if (chat) this.chat(s, f, ack, refuse);
    else this.request(s, f, ack, refuse);
    if (fate === 'cut after') return this.end(peer), undefined;
    return s;
  }

  private register(peer: Peer, f: Sent): void {
    const name = f['name'] as string;
    const taken = this.data.accounts.some((a) => a.name === name);
    peer.send({ msgid: Msgid.RegisterAnswer, ...(taken ? { erron: Code.NameTaken, errinfo: 'taken' } : { erron: 0, id: this.account(name, f['pwd'] as string), name }) });
  }

  private login(peer: Peer, f: Sent): Session | undefined {
    const answer = (fields: Record<string, unknown>): void => peer.send({ msgid: Msgid.LoginAnswer, ...fields });
    const account = this.data.accounts.find((a) => (f['id'] ? a.id === f['id'] : a.name === f['name']));
    const name = (f['device'] as string | undefined) ?? '';
    let device = account?.devices.find((d) => d.name === name);
    const known = device && f['token'] && f['token'] === device.token;
    if (!account || !(known || f['pwd'] === account.password)) return answer({ erron: Code.BadCredentials, errinfo: 'wrong' }), undefined;
    if (device?.session && name === '') return answer({ erron: Code.AlreadyOnline, errinfo: 'already online' }), undefined;
    if (device?.session) this.bye(device.session.peer, GoodbyeCode.TakenOver);
    if (!device) {
      const furthest: Record<string, number> = {};
      for (const d of account.devices) for (const k in d.cursors) furthest[k] = Math.max(furthest[k] ?? 0, d.cursors[k] as number);
      device = { name, id: ++this.data.devices, lastSendSeq: 0, token: '', cursors: furthest, sent: {} };
      account.devices.push(device);
    }
    device.token ||= `token ${device.id}`;
    // The client says its oldest number without an answer: after a restore it is beyond what is stored here.
    device.lastSendSeq = Math.max(device.lastSendSeq, ((f['send_next'] as number | undefined) ?? 1) - 1);
    const s: Session = { peer, account, device, late: [], begun: new Set(), changes: f['changes'] === true };
    device.session = s;
    this.sessions.add(s);
    answer({
      erron: 0, id: account.id, name: account.name, ...(name && { device: name }), log: this.log, last_send_seq: device.lastSendSeq, token: device.token, heartbeat_ms: 30_000,
      friends: account.friends.map((id) => this.friend(id)), groups: this.groupsOf(account).map(groupRow), ...(s.changes && { changes: true }),
    });
    if (s.changes) for (const t of this.data.talks) if (t.lastRev > 0 && this.sees(account, t)) peer.send({ msgid: Msgid.Changed, ...this.named(account, t), rev: t.lastRev, prev: t.lastRev });
    for (const t of this.data.talks) {
      if (this.sees(account, t)) for (const m of t.messages) if (m.seq > (device.cursors[t.key] ?? 0) && this.visible(account, t, m)) this.deliver(s, t, m);
    }
    return s;
  }

  private chat(s: Session, f: Sent, ack: (fields?: Record<string, unknown>) => void, refuse: (code: number) => void): void {
    const { device } = s;
    const n = f['send_seq'] as number | undefined;
    if (n !== undefined && n > device.lastSendSeq + 1) return ack({ erron: Code.SendSeqGap, errinfo: 'gap', send_seq: n, send_next: device.lastSendSeq + 1 });
    if (n !== undefined && n <= device.lastSendSeq) {
      const before = device.sent[n];
      return before ? ack({ send_seq: n, ...before }) : refuse(Code.Passed);
    }
    if (f.msgid === Msgid.Change) return this.change(s, f, ack, refuse);
    const gid = f['gid'] as number | undefined;
    const group = this.data.groups.find((g) => g.gid === gid);
    if (n !== undefined) device.lastSendSeq = n; // a refusal for good uses the number up
    if (gid !== undefined && !group?.members.some((m) => m.id === s.account.id && m.until === undefined)) return refuse(Code.NotMember);
    if (gid === undefined && !this.data.accounts.some((a) => a.id === f['to'])) return refuse(Code.NoSuchUser);
    const m = this.append(s.account, gid === undefined ? this.talk(s.account.id, f['to'] as number) : this.groupTalk(gid), f['msg'] as string, device.name, n, s);
    if (n !== undefined) device.sent[n] = { seq: m.seq, time: m.time };
    ack({ seq: m.seq, time: m.time, ...(n !== undefined && { send_seq: n }) });
  }

  private change(s: Session, f: Sent, ack: (fields?: Record<string, unknown>) => void, refuse: (code: number) => void): void {
    const { account, device } = s;
    const n = f['send_seq'] as number | undefined;
    if (n !== undefined) device.lastSendSeq = n;
    const t = f['gid'] ? this.groupTalk(f['gid'] as number) : this.talk(account.id, f['with'] as number);
    const m = t.messages.find((x) => x.seq === f['seq'] && this.visible(account, t, x));
    const time = this.now();
    const { code, changed } = doChange(m, account.id, f, t.lastRev + 1, time);
    if (code !== 0) return refuse(code);
    if (changed) t.lastRev++;
    const result = { time, ...(m?.done?.rev && { rev: m.done.rev }) };
    if (n !== undefined) device.sent[n] = result;
    ack({ ...result, ...(n !== undefined && { send_seq: n }) });
    if (!changed || !m) return;
    for (const o of this.sessions) {
      if (!o.changes || !this.sees(o.account, t)) continue;
      const { mine = [], ...state } = stateFields(m, o.account.id);
      const whole = { ...(this.visible(o.account, t, m) && { seq: m.seq, ...state, ...(o.account === account && { mine }) }), rev: t.lastRev, prev: t.lastRev - 1 };
      this.tell(o, { msgid: Msgid.Changed, ...this.named(o.account, t), ...whole }, this.faults.changed?.() ?? 'pass');
    }
  }

  private append(account: Account, t: Talk, msg: string, device: string, sendSeq: number | undefined, not?: Session): Stored {
    const m: Stored = { id: account.id, from: account.name, msg, seq: t.messages.length + 1, time: this.now(), device, ...(sendSeq !== undefined && { sendSeq }) };
    t.messages.push(m);
    for (const s of this.sessions) if (s !== not && this.sees(s.account, t) && this.visible(s.account, t, m)) this.deliver(s, t, m);
    return m;
  }

  private deliver(s: Session, t: Talk, m: Stored): void {
    const frame = this.frame(s.account, t, m);
    let fate = this.faults.delivery?.() ?? 'pass';
    if (!s.begun.has(t.key) && (fate === 'lose' || fate === 'late')) fate = 'pass';
    s.begun.add(t.key);
    this.tell(s, frame, fate);
  }

  private tell(s: Session, frame: Record<string, unknown>, fate: Fate): void {
    const { peer } = s;
    const late = s.late.splice(0);
    switch (fate) {
      case 'pass':
        peer.send(frame);
        break;
      case 'double':
        peer.send(frame, frame);
        break;
      case 'late':
        s.late.push(frame);
        break;
      case 'cut':
        return this.end(peer);
      case 'lose':
    }
    peer.send(...late);
  }

  private frame(to: Account, t: Talk, m: Stored): Record<string, unknown> {
    const mine = m.id === to.id;
    return {
      ...(t.gid ? { msgid: Msgid.GroupChat, gid: t.gid } : { msgid: Msgid.Chat, to: t.users?.find((u) => u !== m.id) }),
      id: m.id, from: m.from, msg: m.msg, time: m.time, seq: m.seq, ...stateFields(m, to.id), ...(m.sendSeq && { send_seq: m.sendSeq }), ...(mine && m.device && { device: m.device }),
    };
  }

  private request(s: Session, f: Sent, ack: (fields?: Record<string, unknown>) => void, refuse: (code: number) => void): void {
    const { account, peer } = s;
    const answer = (msgid: number, fields: Record<string, unknown>): void => peer.send({ msgid, ...(f.rid !== undefined && { rid: f.rid }), more: false, ...fields });
    const talk = f['gid'] ? this.groupTalk(f['gid'] as number) : f['with'] ? this.talk(account.id, f['with'] as number) : undefined;
    const group = this.data.groups.find((g) => g.gid === f['gid']);
    switch (f.msgid) {
      case Msgid.Received:
        if (talk) s.device.cursors[talk.key] = Math.max(s.device.cursors[talk.key] ?? 0, f['seq'] as number);
        if (f.rid !== undefined) ack();
        return;
      case Msgid.Read:
        if (!talk) return refuse(Code.NoConversation);
        account.read[talk.key] = Math.max(account.read[talk.key] ?? 0, f['seq'] as number);
        for (const o of this.sessions) if (o !== s && o.account === account) o.peer.send({ msgid: Msgid.Read, ...(f['gid'] ? { gid: f['gid'] } : { with: f['with'] }), seq: f['seq'] });
        return ack({ seq: account.read[talk.key] });
      case Msgid.History:
        return talk ? this.history(account, talk, f, answer) : refuse(Code.NoConversation);
      case Msgid.States: {
        if (!talk) return refuse(Code.NoConversation);
        const after = (f['rev'] as number | undefined) ?? 0;
        const seen = talk.messages.filter((m) => (m.done?.rev ?? 0) > after && this.visible(account, talk, m)).toSorted((a, b) => (a.done?.rev ?? 0) - (b.done?.rev ?? 0));
        const page = seen.slice(0, (f['limit'] as number | undefined) ?? 50);
        const more = seen.length > page.length;
        const rev = more ? page.at(-1)?.done?.rev : talk.lastRev;
        return answer(Msgid.StatesAnswer, { ...this.named(account, talk), ...(page.length > 0 && { rev }), changes: page.map((m) => ({ seq: m.seq, ...stateFields(m, account.id) })), more });
      }
      case Msgid.Conversations:
        return answer(Msgid.ConversationsAnswer, { conversations: this.data.talks.filter((t) => this.sees(account, t)).map((t, i) => this.row(s, t, i + 1)) });
      case Msgid.Friends:
        return answer(Msgid.FriendsAnswer, { friends: account.friends.map((id) => this.friend(id)) });
      case Msgid.Groups:
        if (!f['gid']) return answer(Msgid.GroupsAnswer, { groups: this.groupsOf(account).map(groupRow) });
        return answer(Msgid.GroupsAnswer, { gid: f['gid'], members: group?.members.filter((m) => !m.until).map((m) => ({ ...this.friend(m.id), role: 'normal' })) ?? [] });
      case Msgid.AddFriend: {
        const other = this.data.accounts.find((a) => a.id === f['friendid'] || a.name === f['name']);
        if (!other) return refuse(Code.NoSuchUser);
        account.friends.push(other.id);
        other.friends.push(account.id);
        return ack({ friendid: other.id, ...this.friend(other.id), id: undefined });
      }
      case Msgid.CreateGroup:
        return ack({ gid: this.group(f['gname'] as string, account.id), name: f['gname'] });
      case Msgid.JoinGroup: {
        const seq = talk?.messages.length ?? 0;
        if (!group) return refuse(Code.NoSuchGroup);
        group.members.push({ id: account.id, after: seq });
        return ack({ gid: group.gid, name: group.name, ...(seq > 0 && { seq }) });
      }
      case Msgid.LeaveGroup:
        for (const m of group?.members ?? []) if (m.id === account.id && m.until === undefined) m.until = talk?.messages.length ?? 0;
        return ack({ gid: f['gid'], name: group?.name });
      case Msgid.Sessions:
        return answer(Msgid.SessionsAnswer, { sessions: account.devices.map((d) => ({ device_id: d.id, session: d.id, device: d.name, label: '', address: '', online: !!d.session, used: this.now(), here: d === s.device })) });
      case Msgid.Logout:
        ack();
        if (f['revoke']) s.device.token = '';
        this.sessions.delete(s);
        delete s.device.session;
        return;
      default:
        return refuse(Code.UnknownMsgid);
    }
  }

  private history(account: Account, t: Talk, f: Sent, answer: (msgid: number, fields: Record<string, unknown>) => void): void {
    const after = (f['after'] as number | undefined) ?? 0;
    const before = (f['before'] as number | undefined) ?? Infinity;
    const limit = (f['limit'] as number | undefined) ?? 50;
    const all = t.messages.filter((m) => m.seq > after && m.seq < before && this.visible(account, t, m));
    const page = f['after'] === undefined ? all.slice(-limit) : all.slice(0, limit);
    const windows = this.windows(account, t);
    answer(Msgid.HistoryAnswer, {
      ...(t.gid ? { gid: t.gid } : { with: t.users?.find((u) => u !== account.id) }),
      messages: page.map((m) => this.frame(account, t, m)), more: all.length > page.length, ...(windows && { windows }),
    });
  }

  private row(s: Session, t: Talk, key: number): Record<string, unknown> {
    const { account } = s;
    const seen = t.messages.filter((m) => this.visible(account, t, m));
    const last = seen.at(-1);
    const read = account.read[t.key] ?? 0;
    const other = t.users?.find((u) => u !== account.id);
    const windows = this.windows(account, t);
    return {
      key, ...(t.gid ? { gid: t.gid, name: this.data.groups.find((g) => g.gid === t.gid)?.name } : { with: other, name: this.friend(other ?? 0)['name'] }),
      last_seq: last?.seq ?? 0, ...(t.lastRev > 0 && { last_rev: t.lastRev }), delivered: s.device.cursors[t.key] ?? 0, read, unread: seen.filter((m) => m.seq > read && m.id !== account.id).length,
      ...(windows && { windows }), ...(last && { last: this.frame(account, t, last) }),
    };
  }

  private windows(account: Account, t: Talk): Record<string, number>[] | undefined {
    const group = this.data.groups.find((g) => g.gid === t.gid);
    return group?.members.filter((m) => m.id === account.id).map((m) => ({ after: m.after, ...(m.until !== undefined && { until: m.until }) }));
  }

  private visible(account: Account, t: Talk, m: Stored): boolean {
    const group = this.data.groups.find((g) => g.gid === t.gid);
    return !group || group.members.some((w) => w.id === account.id && m.seq > w.after && (w.until === undefined || m.seq <= w.until));
  }

  private sees(account: Account, t: Talk): boolean {
    return t.users?.includes(account.id) ?? this.data.groups.some((g) => g.gid === t.gid && g.members.some((m) => m.id === account.id));
  }

  private groupsOf(account: Account): Group[] {
    return this.data.groups.filter((g) => g.members.some((m) => m.id === account.id && m.until === undefined));
  }

  private friend(id: number): Record<string, unknown> {
    const online = [...this.sessions].some((s) => s.account.id === id);
    return { id, name: this.data.accounts.find((a) => a.id === id)?.name ?? '', state: online ? 'online' : 'offline' };
  }

  private named(account: Account, t: Talk): Record<string, unknown> {
    return t.gid ? { gid: t.gid } : { with: t.users?.find((u) => u !== account.id) };
  }

  private talk(a: number, b: number): Talk {
    const users: [number, number] = a < b ? [a, b] : [b, a];
    return this.find(users.join('-'), { users });
  }

  private groupTalk(gid: number): Talk {
    return this.find(`g${gid}`, { gid });
  }

  private find(key: string, what: Partial<Talk>): Talk {
    let t = this.data.talks.find((x) => x.key === key);
    if (!t) this.data.talks.push((t = { key, messages: [], lastRev: 0, ...what }));
    return t;
  }

  private now(): string {
    return new Date((this.clock += 1)).toISOString();
  }
}

const groupRow = (g: Group): Record<string, unknown> => ({ gid: g.gid, gname: g.name, gdesc: g.description, role: 'normal', members: g.members.filter((m) => m.until === undefined).length });
